# Handrail's wrapper for zsh, read by .zshenv: scripts and `zsh -c`, and the typed lines of interactive shells.
#
# As in wrapper.bash: the whole is judged once, before anything runs, and parts where the whole cannot show them.
# Exit codes of the client: 0 go, 3 stand down, 97 veto; anything else is no answer, and the shell goes on.
if [[ ${(t)__handrail-} != array* || "$__handrail" != $$ ]] && [[ ! -o xtrace ]]; then # an array: no environment brings one
    typeset -ga __handrail
    __handrail=($$)
    typeset -g __handrail_rc=3
    typeset -gA __handrail_seen __handrail_tame

    __handrail_ask() { # FORM TEXT
        emulate -L zsh
        local cwd=$PWD
        cwd=${cwd//\\/\\\\}
        cwd=${cwd//$'\n'/\\n}
        @CLIENT@ --agent shell --unanswered 4 >/dev/null <<<"form=$1
shell=zsh
cwd=$cwd
session=${${CLAUDE_CODE_SESSION_ID-}//[^A-Za-z0-9._-]/}

$2"
    }

    __handrail_script() { __handrail_ask script "zsh ${(j: :)${(@qq)${:-$ZSH_SCRIPT}}}${*:+ ${(j: :)${(@qq)@}}}" }

    # DEBUG trap of scripts: a whole pipeline, loop or function at a time, with the variables that hold a path.
    __handrail_part() {
        local __hr_text=$1 __hr_word=${1%%[$' \t\n']*} __hr_rest=$1 __hr_key='' __hr_code=0
        case $__hr_text in
            ('set '*|'setopt '*|'emulate '*) # `set -x` would show this function: then without it
                [[ $__hr_text != *x* ]] || { trap - DEBUG; return 0 } ;;
            ('unset'*|'unfunction'*) __handrail_tame=() ;; # a function may go, and another program come by its name
            ('(('*) __handrail_tame+=("$1" 1); return 0 ;;
            (*[\<\>\|\;\&\{]*|*$'\n'*) ;;
            (*)
                case $__hr_word in
                    ('['|'[['|:|true|false|test|let|local|declare|typeset|readonly|shift|return|break|continue|echo|print|printf|read|pwd|getopts|hash|type|wait|jobs|times|umask|unsetopt|cd|pushd|popd|exit|autoload|zmodload|zstyle|zle|bindkey) __handrail_tame+=("$1" 1); return 0 ;;
                    (*=*) [[ $__hr_text != $__hr_word ]] || { __handrail_tame+=("$1" 1); return 0 } ;;
                    (*) (( ! ${+functions[$__hr_word]} )) || { __handrail_tame+=("$1" 1); return 0 } ;;
                esac ;;
        esac
        while [[ $__hr_rest == *'$'* ]]; do
            __hr_rest=${__hr_rest#*'$'}
            __hr_word=${__hr_rest#'{'}
            __hr_word=${__hr_word%%[^A-Za-z0-9_]*}
            [[ $__hr_word != [A-Za-z_]* || ${(P)__hr_word-} != [/~.]* ]] || __hr_key+="$__hr_word=${(qq)${(P)__hr_word}}"$'\n'
        done
        __hr_text=$__hr_key$__hr_text __hr_key="$PWD $__hr_key$__hr_text"
        (( ! ${+__handrail_seen[$__hr_key]} )) || return 0
        __handrail_ask part $__hr_text || __hr_code=$?
        case $__hr_code in
            (97|130) return 97 ;;
            (3|4) trap - DEBUG ;;
            (*)
                (( ${#__handrail_seen} + ${#__handrail_tame} < 4096 )) || { __handrail_seen=(); __handrail_tame=() }
                __handrail_seen+=("$__hr_key" 1) ;;
        esac
        return 0
    }

    # A typed line, complete as zsh read it. An interrupt ends it before its first command, as Ctrl-C would.
    __handrail_preexec() {
        local rc=0
        [[ -n $1 ]] || return 0
        __handrail_ask line $1 || rc=$?
        (( rc != 97 && rc != 130 )) || kill -INT $$
    }

    # zsh sets ZSH_EXECUTION_STRING for -c, and anybody can export it: then the rest is looked at as well.
    if [[ -n ${ZSH_EXECUTION_STRING-} ]] && [[ ${(t)ZSH_EXECUTION_STRING} != *export* || ! -o interactive ]]; then
        __handrail_rc=0
        __handrail_ask run $ZSH_EXECUTION_STRING || __handrail_rc=$?
        case $ZSH_EXECUTION_STRING in
            (*eval*|*source*|*'. '*|*trap*) ;;
            (*) (( __handrail_rc )) || [[ ${(t)ZSH_EXECUTION_STRING} == *export* ]] || __handrail_rc=3 ;;
        esac
        [[ ${(t)ZSH_EXECUTION_STRING} != *export* || -z ${ZSH_SCRIPT-} ]] || (( __handrail_rc )) || __handrail_script "$@" || __handrail_rc=$?
        [[ ! -o interactive ]] || (( __handrail_rc )) || __handrail_rc=3
    elif [[ -o interactive ]]; then
        if __handrail_ask start ''; then
            typeset -ga preexec_functions
            preexec_functions+=(__handrail_preexec)
        fi
    elif [[ -n ${ZSH_SCRIPT-} ]]; then
        __handrail_rc=0
        __handrail_script "$@" || __handrail_rc=$?
    else
        __handrail_rc=0 # it reads commands from standard input
    fi
    case $__handrail_rc in
        (97|130) exit 126 ;;
        (0)
            TRAPDEBUG() {
                local __hr_pipestatus=($pipestatus) # of all that a trap could change, zsh itself keeps the rest
                (( ${+__handrail_tame[$ZSH_DEBUG_CMD]} )) || __handrail_part "$ZSH_DEBUG_CMD" || exit 126
                pipestatus=($__hr_pipestatus)
            } ;;
    esac
fi
