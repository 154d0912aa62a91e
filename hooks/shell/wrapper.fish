# Handrail's wrapper for fish, in conf.d: typed lines of interactive shells. `fish -c` and scripts cannot be seen from here.
# Exit codes of the client: 0 go, 3 stand down, 97 veto; anything else is no answer, and the line runs.
if not set -q BASH_ENV; or test "$BASH_ENV" != @FOLDER@/wrapper.bash
    set -q BASH_ENV; and set -gx HANDRAIL_BASH_ENV $BASH_ENV
    set -gx BASH_ENV @FOLDER@/wrapper.bash
end
if test -d @FOLDER@/shims; and not contains -- @FOLDER@/shims $PATH
    set -gx PATH @FOLDER@/shims $PATH
end
if test -e @FOLDER@/handrail-sh; and not set -q CLAUDE_CODE_SHELL_PREFIX
    set -gx CLAUDE_CODE_SHELL_PREFIX @FOLDER@/handrail-sh
end

function __handrail_ask # FORM TEXT
    set -l session ''
    set -q CLAUDE_CODE_SESSION_ID; and set session (string replace -ra '[^A-Za-z0-9._-]' '' -- $CLAUDE_CODE_SESSION_ID | string join '')
    set -l cwd (string replace -a '\\' '\\\\' -- $PWD | string join '\n')
    printf 'form=%s\nshell=fish\ncwd=%s\nsession=%s\n\n%s\n' $argv[1] "$cwd" $session "$argv[2]" | @CLIENT@ --agent shell --unanswered 4 >/dev/null
end

function __handrail_enter
    set -l line (commandline -b | string collect)
    if test -n "$line"; and not commandline --paging-mode; and commandline --is-valid
        set -l said (__handrail_ask line "$line" 2>&1)
        if contains -- $status 97 130
            printf '\n%s\n' (string join \n -- $said) >&2
            commandline -f repaint
            return
        end
    end
    commandline -f execute
end

if status is-interactive
    # At the first prompt, as start-up files that come later choose the key bindings.
    function __handrail_start --on-event fish_prompt
        functions -e __handrail_start
        __handrail_ask start ''; or return
        for mode in default insert
            for key in \r \n
                set -l own (bind --user -M $mode $key 2>/dev/null)
                test -z "$own"; and bind -M $mode $key __handrail_enter
            end
        end
    end
end
