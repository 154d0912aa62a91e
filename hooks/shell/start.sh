# Handrail's shell wrapper begins here: read by the start-up files of bash, zsh and sh (`handrail shell status` names them).
# `handrail shell install` writes this file; `handrail shell remove` takes it and the blocks in the start-up files away.
if [ "${BASH_ENV-}" != @FOLDER@/wrapper.bash ]; then
    [ -z "${BASH_ENV-}" ] || export HANDRAIL_BASH_ENV="$BASH_ENV"
    export BASH_ENV=@FOLDER@/wrapper.bash
fi
if [ -d @FOLDER@/shims ]; then
    case ":$PATH:" in
        *:@FOLDER@/shims:*) ;;
        *) PATH=@FOLDER@/shims:$PATH ;;
    esac
fi
if [ -e @FOLDER@/handrail-sh ] && [ -z "${CLAUDE_CODE_SHELL_PREFIX-}" ]; then
    export CLAUDE_CODE_SHELL_PREFIX=@FOLDER@/handrail-sh
fi
if [ -n "${ZSH_VERSION-}" ]; then
    . @FOLDER@/wrapper.zsh
elif [ -n "${BASH_VERSION-}" ]; then
    case $- in
        *i*) . @FOLDER@/wrapper.bash ;;
    esac
fi
