#!/bin/sh
# Handrail's CLAUDE_CODE_SHELL_PREFIX: gets the whole shell line of a tool call, a shell hook, a status line or an MCP server.
# Claude Code takes BASH_ENV out of what it starts; what the line starts gets it again.
export BASH_ENV=@FOLDER@/wrapper.bash
shell=${CLAUDE_CODE_SHELL:-${SHELL:-/bin/bash}}
case $1 in *shell-snapshots/snapshot-bash-*) shell=/bin/bash ;; esac
case ${shell##*/} in
    bash | zsh) ;;
    *) shell=bash ;;
esac
# bash reads BASH_ENV and zsh its .zshenv, where the line is judged; our own hook is no command of the agent.
case $1 in
    @BIN@/* | \'@BIN@/*) exec env -u BASH_ENV "$shell" -c "$1" ;;
esac
exec "$shell" -c "$1"
