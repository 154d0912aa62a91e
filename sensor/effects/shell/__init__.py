"""A script walked as the shell would: variables, words, redirections, the working directory."""
