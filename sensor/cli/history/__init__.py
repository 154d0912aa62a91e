"""What agents did: events, sessions, reports, recorded sessions played again."""
