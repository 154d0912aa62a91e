# Handrail's wrapper for bash: $BASH_ENV of scripts and of `bash -c`, and read by interactive shells.
#
# The whole is judged once, before anything runs: the text of `bash -c`, a script with its words, a typed line. Simple
# commands are judged on their own where the whole cannot show them (eval, source, scripts), each text once per folder.
# Exit codes of the client (hooks/shell_forms.py): 0 go, 3 stand down, 97 veto; 4 = the sensor did not answer, and
# anything else is no answer either: then the shell goes on as if this file were not there.
#
# All of it runs in braces with standard error away, so that `set -x` does not show it; 9 is the real one.
{
    if [[ ${__handrail-} != "$$" ]]; then
        __handrail=$$ __handrail_rc=3

        __handrail_ask() { # FORM TEXT
            local cwd=${PWD-}
            if [[ $cwd == *[$'\n\\']* ]]; then
                cwd=${cwd//\\/\\\\}
                cwd=${cwd//$'\n'/\\n}
            fi
            @CLIENT@ --agent shell --unanswered 4 >/dev/null 2>&9 9>&- <<<"form=$1
shell=bash
cwd=$cwd
session=${CLAUDE_CODE_SESSION_ID-}

$2"
        }

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
                builtin trap '{ __handrail_part "$_"; } 9>&2 2>/dev/null || case $? in 97) exit 126 ;; esac' DEBUG
            else
                builtin trap '[[ -n ${__handrail_tame["x$BASH_COMMAND"]-} ]] || { __handrail_part "$_"; } 9>&2 2>/dev/null || case $? in 97) exit 126 ;; esac' DEBUG
            fi
        }

        # The first DEBUG trap of a script, which knows the name of the script and its words; the last argument is $_.
        __handrail_script() {
            local text rc=0
            __handrail_watch
            if [[ -n ${BASH_SOURCE[1]-} ]]; then
                builtin printf -v text ' %q' "${@:1:$#-1}"
                __handrail_ask script "bash$text" && rc=0 || rc=$?
            fi
            case $rc in
                97 | 130) builtin return 97 ;;
                3 | 4) builtin trap - DEBUG; builtin set +T ;;
                *) __handrail_part ;;
            esac
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

        if [[ -n ${HANDRAIL_BASH_ENV-} && $- != *i* && -r ${HANDRAIL_BASH_ENV-} ]]; then
            . "$HANDRAIL_BASH_ENV" 2>&9 9>&-
        fi
        if [[ -n ${BASH_EXECUTION_STRING-} ]]; then
            __handrail_ask run "$BASH_EXECUTION_STRING" && __handrail_rc=0 || __handrail_rc=$?
            case $BASH_EXECUTION_STRING in
                *eval* | *source* | *'. '* | *trap*) ;;
                *) [[ $__handrail_rc != 0 ]] || __handrail_rc=3 ;; # the parser saw every command there is
            esac
            [[ $- != *i* || $__handrail_rc != 0 ]] || __handrail_rc=3
        elif [[ $- == *i* ]]; then
            if __handrail_ask start ''; then
                __handrail_last='__handrail_prompt "$(builtin trap -p DEBUG)"; [[ -z $__handrail_trap ]] || { builtin trap "$__handrail_trap" DEBUG; builtin set -T; }'
                if [[ $(builtin declare -p PROMPT_COMMAND) == 'declare -a'* ]]; then
                    PROMPT_COMMAND+=("$__handrail_last")
                else
                    PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}$__handrail_last
                fi
            fi
        else
            __handrail_rc=0
        fi
        case $__handrail_rc in
            97 | 130) builtin exit 126 ;;
        esac
        if [[ $__handrail_rc == 0 && ${BASH_VERSINFO[0]} -ge 4 ]]; then # nothing may follow the trap here, or it would be judged
            builtin declare -A __handrail_seen __handrail_tame
            builtin set -T
            if [[ -n ${BASH_EXECUTION_STRING-} ]]; then
                __handrail_watch
            else
                builtin trap '{ __handrail_script "$0" "$@" "$_"; } 9>&2 2>/dev/null || case $? in 97) exit 126 ;; esac' DEBUG
            fi
        fi
    fi
} 9>&2 2>/dev/null || :
