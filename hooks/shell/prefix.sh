#!/bin/sh
# Handrail's CLAUDE_CODE_SHELL_PREFIX: gets the whole shell line of a tool call, a shell hook, a status line or an MCP server.
export BASH_ENV=@FOLDER@/wrapper.bash
# Outside of terminals (SHLVL below 1) bash takes a socket as standard input for a remote login, and reads .bashrc instead.
[ "${SHLVL:-0}" -ge 1 ] 2>/dev/null || export SHLVL=1
shell=${CLAUDE_CODE_SHELL:-${SHELL:-/bin/bash}}
case $1 in *shell-snapshots/snapshot-bash-*) shell=/bin/bash ;; esac
case ${shell##*/} in
    bash | zsh) ;;
    *) shell=bash ;;
esac
# bash reads BASH_ENV and zsh its .zshenv, where the line is judged; our own hook alone is no command of the agent.
case $1 in
    *[\;\&\|\<\>\(\)\$\`\\]* | *"
"*) ;;
    @BIN@/*/* | \'@BIN@/*/*) ;; # a program elsewhere, by way of ours
    @BIN@/* | \'@BIN@/*) exec env -u BASH_ENV "$shell" -c "$1" ;;
esac
exec "$shell" -c "$1"
