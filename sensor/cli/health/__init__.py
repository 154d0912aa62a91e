"""Where things stand: status, doctor, the audit, the demonstration."""
