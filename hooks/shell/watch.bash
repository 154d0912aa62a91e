# The part of Handrail's wrapper for bash that watches what runs inside of a shell; wrapper.bash reads it where that is wanted.
builtin declare -gA __handrail_seen __handrail_tame 2>/dev/null || : # bash 3.2 has no such arrays, and watches typed lines only

# DEBUG trap of scripts. The argument is $_, which a call with it as its last word leaves as it was. Variables that
# hold a path go with the command, as nothing else tells what `rm -rf "$x"` is about.
__handrail_part() {
    local __hr_text=$BASH_COMMAND __hr_word __hr_rest __hr_key='' __hr_code
    __hr_word=${__hr_text%%[$' \t\n']*}
    case $__hr_text in
        set*[x$]* | shopt*xtrace*) __handrail_watch quietly ;;
        unset*) __handrail_tame=() ;; # a function may go, and another program come by its name
        trap*RETURN*) builtin set +T ;; # functions would inherit it with our trap
        '(('* | '[['*) __handrail_tame["x$__hr_text"]=1; builtin return 0 ;;
        trap*DEBUG*) builtin return 0 ;; # the script's own takes the place of this one
        *[\<\>]*) ;;
        *)
            case $__hr_word in
                '[' | : | true | false | test | let | local | declare | typeset | readonly | shift | return | break | continue | echo | printf | \
                    read | pwd | getopts | hash | type | wait | jobs | times | umask | set | shopt | cd | pushd | popd | dirs | exit | caller | \
                    for | case | select) __handrail_tame["x$__hr_text"]=1; builtin return 0 ;;
                *=*) if [[ $__hr_text == "$__hr_word" ]]; then __handrail_tame["x$__hr_text"]=1; builtin return 0; fi ;;
                *)
                    if [[ $- == *T* ]] && builtin declare -F -- "$__hr_word" >/dev/null; then
                        __handrail_tame["x$__hr_text"]=1
                        builtin return 0
                    fi
                    ;;
            esac
            ;;
    esac
    __hr_rest=$__hr_text
    while [[ $__hr_rest == *'$'* ]]; do
        __hr_rest=${__hr_rest#*'$'}
        __hr_word=${__hr_rest#'{'}
        __hr_word=${__hr_word%%[!A-Za-z0-9_]*}
        if [[ $__hr_word == [A-Za-z_]* && ${!__hr_word-} == [/~.]* ]]; then
            builtin printf -v __hr_key '%s%s=%q\n' "$__hr_key" "$__hr_word" "${!__hr_word}"
        fi
    done
    __hr_text=$__hr_key$__hr_text
    [[ -z ${__handrail_seen["${PWD-} $__hr_text"]-} ]] || builtin return 0
    __handrail_ask part "$__hr_text" && __hr_code=0 || __hr_code=$?
    case $__hr_code in
        97 | 130) builtin return 97 ;;
        3 | 4) builtin trap - DEBUG; builtin set +T ;;
        *)
            ((${#__handrail_seen[@]} + ${#__handrail_tame[@]} < 4096)) || __handrail_seen=() __handrail_tame=()
            __handrail_seen["${PWD-} $__hr_text"]=1
            ;;
    esac
    builtin return 0
}

# Sets the DEBUG trap. What is known to be tame is let through before anything else, unless `set -x` would show that.
__handrail_watch() {
    if [[ ${1-} == quietly || $- == *x* ]]; then
        builtin trap '{ __handrail_part "$_"; } 9>&2 2>/dev/null || case $? in 97) builtin exit 126 ;; esac' DEBUG
    else
        builtin trap '[[ -n ${__handrail_tame["x$BASH_COMMAND"]-} ]] || { __handrail_part "$_"; } 9>&2 2>/dev/null || case $? in 97) builtin exit 126 ;; esac' DEBUG
    fi
}

# DEBUG trap of an interactive shell: the first command of a typed line stands for the line. Commands of the prompt
# and of completion are none; what PROMPT_COMMAND says runs without being typed.
__handrail_line() {
    [[ -n ${__handrail_new-}${__handrail_veto-} && ${#FUNCNAME[@]} == 1 && -z ${COMP_LINE-}${COMP_POINT-}${READLINE_POINT-} ]] || builtin return 0
    [[ "${PROMPT_COMMAND[*]-}" != *"$BASH_COMMAND"* ]] || builtin return 0
    [[ -z ${__handrail_veto-} ]] || builtin return 97
    local line number code
    line=$(HISTTIMEFORMAT='' builtin history 1)
    line=${line#"${line%%[![:space:]]*}"}
    number=${line%%[ *]*}
    if [[ $number != "$__handrail_number" ]]; then
        __handrail_new=
        line=${line#"$number"}
        line=${line#\*}
        line=${line#"${line%%[![:space:]]*}"}
    else # a line that history does not keep, command by command
        line=$BASH_COMMAND
    fi
    __handrail_ask line "$line" && code=0 || code=$?
    case $code in
        97 | 130)
            __handrail_veto=1
            builtin return 97
            ;;
    esac
    builtin return 0
}

# Ends a typed line as Ctrl-C does; where that is trapped, its commands are skipped one by one.
__handrail_stop() {
    if ((BASH_SUBSHELL > 0)); then
        builtin exit 126
    elif [[ -n $(builtin trap -p INT) ]]; then
        builtin shopt -q extdebug || __handrail_extdebug=1
        builtin shopt -s extdebug
        builtin return 1
    else
        builtin kill -INT $$
    fi
}

# Last in PROMPT_COMMAND, with the DEBUG trap that is there by then: it is kept, where it was in force before.
__handrail_prompt() {
    local found=${1-}
    [[ -z ${__handrail_extdebug-} ]] || builtin shopt -u extdebug
    __handrail_extdebug= __handrail_veto= __handrail_trap=
    if [[ $found != *__handrail_line* ]]; then
        builtin eval "found=(${found:-''})"
        __handrail_trap="{ __handrail_line \"\$_\"; } 9>&2 2>/dev/null || case \$? in 97) __handrail_stop ;; esac"
        if [[ -n ${found[2]-} && $- == *T* ]]; then
            __handrail_trap+=$' &&\n[[ $BASH_COMMAND == *__handrail_* ]] || {\n'${found[2]}$'\n}'
        elif [[ -n ${found[2]-} ]]; then
            __handrail_trap+=$' &&\n[[ ${#FUNCNAME[@]}$BASH_SUBSHELL != 00 || $BASH_COMMAND == *__handrail_* ]] || {\n'${found[2]}$'\n}'
        fi
    fi
    found=$(HISTTIMEFORMAT='' builtin history 1)
    found=${found#"${found%%[![:space:]]*}"}
    __handrail_number=${found%%[ *]*}
    __handrail_new=1
}

# At the end of PROMPT_COMMAND, whatever it is made of.
__handrail_interactive() {
    __handrail_last='__handrail_prompt "$(builtin trap -p DEBUG)"; [[ -z $__handrail_trap ]] || { builtin trap "$__handrail_trap" DEBUG; builtin set -T; }'
    if [[ $(builtin declare -p PROMPT_COMMAND) == 'declare -a'* ]]; then
        PROMPT_COMMAND+=("$__handrail_last")
    else
        PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}$__handrail_last
    fi
}
