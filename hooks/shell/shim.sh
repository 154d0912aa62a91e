#!/bin/sh
# Handrail's shim: reports a program and its words, then becomes the program. One file, one link per program.
name=${0##*/}
rest=:$PATH:
while :; do
    case $rest in
        *:@FOLDER@/shims:*) rest=${rest%%:@FOLDER@/shims:*}:${rest#*:@FOLDER@/shims:} ;;
        *) break ;;
    esac
done
rest=${rest#:}
real=$(PATH=${rest%:} command -v "$name") || real=
case $real in
    */*) ;;
    *) printf '%s: %s: not found\n' "${0##*/}" "$name" >&2; exit 127 ;;
esac
cwd='' rest=$PWD # with line breaks and backslashes escaped
while :; do
    case $rest in
        *[\\"
"]*) ;;
        *) break ;;
    esac
    before=${rest%%[\\"
"]*}
    rest=${rest#"$before"}
    case $rest in
        \\*) cwd=$cwd$before'\\' ;;
        *) cwd=$cwd$before'\n' ;;
    esac
    rest=${rest#?}
done
session=${CLAUDE_CODE_SESSION_ID-}
case $session in *[!A-Za-z0-9._-]*) session= ;; esac
{ printf 'form=program\nshell=shim\ncwd=%s\nsession=%s\n\n' "$cwd$rest" "$session"; printf '%s\0' "$name" "$@"; } |
    @CLIENT@ --agent shell --unanswered 4 >/dev/null
case $? in
    97 | 130) exit 126 ;;
esac
exec "$real" "$@"
