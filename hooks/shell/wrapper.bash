# Handrail's wrapper for bash: $BASH_ENV of scripts and of `bash -c`, and read by interactive shells.
#
# The whole is judged once, before anything runs: the text of `bash -c`, a script with its words, a typed line. Simple
# commands are judged on their own where the whole cannot show them (eval, source, scripts), each text once per folder.
# Exit codes of the client (hooks/shell_forms.py): 0 go, 3 stand down, 97 veto; 4 = the sensor did not answer, and
# anything else is no answer either: then the shell goes on as if this file were not there.
#
# What watches parts and typed lines is in watch.bash, as reading it costs more than a question to the sensor.
# All of it runs in braces with standard error away, so that `set -x` does not show it; 9 is the real one.
{
    if [[ ${__handrail[1]-} != "$$" ]]; then # an array: no environment brings one
        # Functions that an environment brings come before builtins, but not before `unset` in POSIX mode, which leaves one option behind.
        __handrail=(of $$) __handrail_rc=3 __handrail_options=${BASHOPTS-}
        POSIXLY_CORRECT=
        unset -f builtin local . :
        unset POSIXLY_CORRECT
        [[ $__handrail_options == *inherit_errexit* ]] || builtin shopt -u inherit_errexit

        __handrail_ask() { # FORM TEXT
            local cwd=${PWD-} session=${CLAUDE_CODE_SESSION_ID-}
            if [[ $cwd == *[$'\n\\']* ]]; then
                cwd=${cwd//\\/\\\\}
                cwd=${cwd//$'\n'/\\n}
            fi
            @CLIENT@ --agent shell --unanswered 4 >/dev/null 2>&9 9>&- <<<"form=$1
shell=bash
cwd=$cwd
session=${session//[!A-Za-z0-9._-]/}

$2"
        }

        # The first DEBUG trap of a script, which knows the name of the script and its words; the last argument is $_.
        __handrail_script() {
            local text rc=0
            if [[ -n ${BASH_SOURCE[1]-} ]]; then
                builtin printf -v text ' %q' "${@:1:$#-1}"
                __handrail_ask script "bash$text" && rc=0 || rc=$?
            fi
            case $rc in
                97 | 130) builtin return 97 ;;
                3 | 4) builtin trap - DEBUG; builtin set +T ;;
                *)
                    . @FOLDER@/watch.bash
                    __handrail_watch
                    __handrail_part
                    ;;
            esac
        }

        if [[ -n ${HANDRAIL_BASH_ENV-} && $- != *i* && -r ${HANDRAIL_BASH_ENV-} ]]; then
            . "$HANDRAIL_BASH_ENV" 2>&9 9>&-
        fi
        if [[ $- == *c* ]]; then # by the option, as anybody can export the variable
            __handrail_ask run "$BASH_EXECUTION_STRING" && __handrail_rc=0 || __handrail_rc=$?
            case $BASH_EXECUTION_STRING in
                *eval* | *source* | *'. '* | *trap*) ;;
                *) [[ $__handrail_rc != 0 ]] || __handrail_rc=3 ;; # the parser saw every command there is
            esac
            [[ $- != *i* || $__handrail_rc != 0 ]] || __handrail_rc=3
        elif [[ $- == *i* ]]; then
            if __handrail_ask start ''; then
                . @FOLDER@/watch.bash
                __handrail_interactive
            fi
        else
            __handrail_rc=0
        fi
        case $__handrail_rc in
            97 | 130) builtin exit 126 ;;
        esac
        if [[ $__handrail_rc == 0 && ${BASH_VERSINFO[0]} -ge 4 ]]; then # nothing may follow the trap here, or it would be judged
            builtin set -T
            if [[ $- == *c* ]]; then
                . @FOLDER@/watch.bash
                __handrail_watch
            else
                builtin trap '{ __handrail_script "$0" "$@" "$_"; } 9>&2 2>/dev/null || case $? in 97) builtin exit 126 ;; esac' DEBUG
            fi
        fi
    fi
} 9>&2 2>/dev/null || :
