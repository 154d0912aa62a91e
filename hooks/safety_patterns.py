"""The patterns of the safety core: what the hook client refuses by itself while the sensor is away.

Each pattern names the rule it stands for; where the rule set has that rule, its name and remediation are the words for
people. They look at text only, so they are coarser than the rules: they may stop more, never less, because whatever no
pattern hits is asked about anyway. Every repetition is bounded, as commands may be long.
"""

from __future__ import annotations

import msgspec

COMMAND, READ, WRITE, URL = "command", "read", "write", "url"


class Pattern(msgspec.Struct, frozen=True):
    """`on`: the texts it looks at (shell commands, paths read, paths written, addresses)."""

    rule: str
    on: tuple[str, ...]
    regex: str
    why: str


_ANY = r"[^\n]{0,300}?"
_PART = r"[^\n;|&]{0,300}?"
_TOP = (
    r"""["']?(?:/|~|\$\{?HOME\}?|/(?:etc|usr|var|home|root|boot|bin|sbin|lib|lib64|opt|srv|dev|proc|sys|mnt|Users|System|Library|Applications)"""
    r"""(?:/[^/\s;|&]{1,60})?)(?:/?\.?\*|/\.)?/?["']?(?=\s|$|[;&|)])"""
)
_SHELLS = r"(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?(?:\S{0,80}/)?(?:(?:ba|z|da|k|a|c|tc|fi)?sh|python[\d.]*|perl|ruby|node|php|osascript)\b"
_CREDENTIALS = (
    r"(?:\.ssh/(?!known_hosts|config\b|[\w.-]{1,60}\.pub\b)|\.ssh/?(?=[\s\"';|&)]|$)|\bid_(?:rsa|dsa|ecdsa|ed25519)\b(?!\.pub)|\.aws/(?:credentials|sso|cli/cache)|\.gnupg\b"
    r"|\.netrc\b|\.git-credentials\b|\.kube/config\b|\.docker/config\.json|\.pypirc\b|\.npmrc\b|\.config/(?:gcloud|gh/hosts|op)\b|\.azure/"
    r"|\.vault-token\b|/etc/(?:g?shadow|sudoers)\b|Login Data\b|cookies\.sqlite|key4\.db|\.password-store\b|Library/Keychains|wallet\.dat"
    r"|\.claude/\.credentials|(?:^|[\s/\"'=<:@])\.env(?:\.(?!example|sample|template|dist)[\w-]{1,20})?(?=$|[\s\"';|&)>]))"
)
_SECRET_FILES = (
    r"(?:^|[\s/\"'=<:@])(?:\.(?:pgpass|my\.cnf|databrickscfg|s3cfg|boto|htpasswd)\b|\.(?:ethereum|terraform\.d)/|\.config/solana/)"
    r"|(?:^|[\s\"'=<:@])[\w./~+-]{0,200}(?:\w\.(?:pem|p12|pfx|jks|keystore|kdbx|ppk|key)|\bcredentials?(?:\.\w{1,12}){1,2}|\bsecrets?\.\w{1,10}"
    r"|\bservice[-_]?account[\w-]{0,40}\.json|\boauth_creds\.json)(?=$|[\s\"';|&)>])"
)
_OWN_FILES = r"handrail-hook|(?:^|[\s\"'=/~])\.?(?:local/(?:state|share)/|config/|Application Support/)handrail(?:/|\b)|client-policy\.json|sensor\.sock"
_AGENT_SETTINGS = (
    r"\.claude/(?:settings[\w.-]{0,20}\.json|hooks|plugins|agents|commands|skills)|managed-settings|\.claude\.json\b|\.cursor/(?:hooks|mcp|cli[\w-]{0,20})\b"
    r"|\.codex/(?:config|hooks|rules)|\.gemini/(?:settings|hooks|policies)|\.github/hooks|\bdisableAllHooks\b|\.mcp\.json\b"
)
_STARTUP = (
    r"\.(?:bash(?:rc|_profile|_login|_logout)|z(?:shrc|shenv|profile|login)|profile|config/(?:fish|autostart|systemd)|inputrc|vimrc|gitconfig)\b"
    r"|/etc/(?:profile|cron|systemd|init|rc|ld\.so|environment|sudoers|pam|passwd|group|ssh)|/var/spool/cron|LaunchAgents|LaunchDaemons"
    r"|authorized_keys|\.git/(?:hooks|config)\b|\.husky/|sitecustomize|usercustomize|\.pth\b"
)

PATTERNS: tuple[Pattern, ...] = (
    Pattern("HR-DST-001", (COMMAND,), rf"\brm\b(?={_PART}\s-{{1,2}}[a-zA-Z-]{{0,12}}[rR])(?:{_PART})\s{_TOP}", "deletes a system or home folder"),
    Pattern("HR-DST-004", (COMMAND,), rf"\bfind\s+{_PART}-(?:delete|exec(?:dir)?\s+(?:sudo\s+)?(?:rm|shred|unlink))\b", "deletes whatever find meets"),
    Pattern("HR-DST-006", (COMMAND,), rf"\b(?:mkfs[\w.]*|wipefs|blkdiscard|fdisk|parted|sgdisk|diskutil\s+(?:erase|partition)\w*)\b|\bdd\b{_PART}\bof=/dev/(?!null|zero|std)", "overwrites a disk"),
    Pattern("HR-DST-005", (COMMAND,), r">\s*/dev/(?:sd|nvme|hd|vd|xvd|disk|mmcblk)\w*", "overwrites a disk"),
    Pattern("HR-DST-009", (COMMAND,), rf"\b(?:shred|srm|truncate\s+-s\s*0|wipe)\b{_PART}(?:/|~|\$HOME)", "destroys files beyond recovery"),
    Pattern("HR-DST-007", (COMMAND,), r":\s*\(\s*\)\s*\{[^}]{0,40}:\s*\|\s*:", "starts processes without end"),
    Pattern("HR-DST-008", (COMMAND,), rf"\bch(?:mod|own|grp)\b(?={_PART}\s-{{1,2}}[a-zA-Z-]{{0,12}}[rR])(?:{_PART})\s{_TOP}", "changes rights of a system or home folder"),
    Pattern("HR-DST-010", (COMMAND,), rf"\bmv\b{_PART}\s/dev/null\b|\b(?:cp|cat)\s+/dev/null\s+(?:/|~)", "throws files away"),
    Pattern("HR-DST-012", (COMMAND,), r"\b(?:shutdown|reboot|halt|poweroff|init\s+[06])\b|\bkill\b\s+(?:-\w+\s+){0,3}-1\b", "stops the machine or every process"),
    Pattern("HR-GIT-001", (COMMAND,), rf"\bgit\b(?:(?!\bpush\b)[^\n;|&]){{0,300}}\bpush\b{_PART}(?:\s-f\b|\s--force\b|\s--force-with-lease|\s--mirror\b|\s--delete\b|\s\+\S|\s:\S)", "rewrites or deletes what others share"),
    Pattern("HR-GIT-013", (COMMAND,), r"core\.(?:hooksPath|sshCommand|pager|editor|fsmonitor)\b|credential\.helper\b", "makes git run a program"),
    Pattern("HR-DBS-001", (COMMAND,), r"(?i)\bdrop\s+(?:table|database|schema|owned)\b|\btruncate\s+table\b|\bdropdb\b|\bFLUSHALL\b|dropDatabase\(", "deletes a database"),
    Pattern("HR-CLD-002", (COMMAND,), rf"\bterraform\b{_PART}\b(?:apply|destroy)\b|\bpulumi\b{_PART}\b(?:up|destroy)\b|\bkubectl\b{_PART}\b(?:delete|apply|drain|replace)\b|\bhelm\b{_PART}\b(?:install|upgrade|uninstall|delete)\b", "changes what runs elsewhere"),
    Pattern("HR-CLD-005", (COMMAND,), rf"\b(?:aws|gcloud|az|doctl|flyctl|fly|heroku|vercel|netlify|wrangler)\b{_PART}\b(?:delete|destroy|remove|rb|terminate[\w-]*|deploy|publish|create-access-key|attach-[\w-]+policy)\b", "changes a cloud account"),
    Pattern("HR-SUP-006", (COMMAND,), rf"\b(?:npm|yarn|pnpm|bun|cargo|poetry|uv|hatch|flit)\b{_PART}\bpublish\b|\btwine\b{_PART}\bupload\b|\bgem\s+push\b|\bdocker\b{_PART}\bpush\b|\bgh\s+(?:release|repo)\s+(?:create|delete|edit)\b", "publishes something"),
    Pattern("HR-DLX-001", (COMMAND,), rf"\b(?:curl|wget|fetch|aria2c|http)\b{_ANY}\|\s*{_SHELLS}", "runs a script straight from the network"),
    Pattern("HR-DLX-001", (COMMAND,), rf"{_SHELLS}{_PART}(?:<\(|\$\(|`|<<<)\s*[\"']?(?:curl|wget|fetch)\b|\b(?:eval|source|\.)\s+[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)", "runs a script straight from the network"),
    Pattern("HR-OBF-001", (COMMAND,), rf"\b(?:base64|base32|xxd|openssl|gunzip|zcat|rev|tr)\b{_ANY}\|\s*{_SHELLS}|\b(?:b64decode|fromhex|atob|FromBase64String)\b", "runs decoded text"),
    Pattern("HR-OBF-008", (COMMAND,), rf"\beval\b|\bexec\s*\(|\b(?:python[\d.]*|perl|ruby|node|php)\s+-[a-zA-Z]{{0,4}}[ce]\b{_ANY}(?:system|popen|subprocess|socket|child_process|exec|rmtree|unlink|urlopen|requests)", "runs code that cannot be looked at"),
    Pattern("HR-RMT-001", (COMMAND,), rf"/dev/(?:tcp|udp)/|\b(?:nc|ncat|netcat)\b{_PART}\s-{{1,2}}(?:[a-z]{{0,6}}[ec]\b|exec|sh-exec)|\bsocat\b{_ANY}exec|\bmkfifo\b{_ANY}\bnc\b|\bbash\s+-i\b", "opens a shell to the network"),
    Pattern("HR-NET-001", (COMMAND, URL), r"169\.254\.169\.254|\bmetadata\.google\.internal|\[fd00:ec2::254\]|100\.100\.100\.200", "asks for the machine's cloud credentials"),
    Pattern("HR-EXF-002", (COMMAND, URL), r"(?i)webhook\.site|requestbin|pipedream\.net|\bngrok\b|\.ngrok|transfer\.sh|file\.io\b|0x0\.st|oast(?:ify)?\.|interact\.sh|burpcollaborator|pastebin\.com|termbin|localtunnel|trycloudflare|discord(?:app)?\.com/api/webhooks|api\.telegram\.org", "sends to a host that collects data"),
    Pattern("HR-EXF-010", (COMMAND,), rf"\b(?:curl|wget|http)\b{_ANY}(?:\s-(?:d|F|T)\s?@?|--data[\w-]*[=\s]@?|--upload-file|--post-file|--form)", "sends data to the network"),
    Pattern("HR-EXF-012", (COMMAND,), rf"\b(?:env|printenv|set|export|cat|tar|zip|history)\b[^\n|]{{0,300}}\|{_ANY}\b(?:curl|wget|nc|ncat|netcat|ssh|openssl\s+s_client)\b|\b(?:scp|rsync|sftp|ftp|rclone)\b", "sends data to the network"),
    Pattern("HR-RMT-004", (COMMAND,), rf"\bssh\b{_PART}\s-[RDLw]\b|ProxyCommand|\bchisel\b|\bcloudflared\b|\btailscale\b", "opens a tunnel"),
    Pattern("HR-CRD-001", (COMMAND, READ, WRITE), _CREDENTIALS, "touches credentials"),
    Pattern("HR-CRD-014", (COMMAND, READ), _SECRET_FILES, "reads a file of secrets"),
    Pattern("HR-CRD-030", (COMMAND, READ), r"(?:\.\.[/\\]){3,}|\.\.%(?:25)?2f|%2e%2e", "climbs out of its folder"),
    Pattern("HR-CRD-022", (COMMAND,), rf"\bsecurity\s+(?:find-|dump-|export)|\bsecret-tool\b|\bgpg\b{_PART}--export-secret|\bgh\s+auth\s+token|\bgcloud\s+auth\s+print|\baws\s+(?:configure\s+(?:get|export)|sts\s+get)|\bop\s+(?:read|item)|\bvault\s+(?:read|kv)|\bpass\s+show|\bkeyring\s+get", "asks a password store"),
    Pattern("HR-CRD-018", (COMMAND,), r"/proc/(?:\d+|self|\*|\$\w+)/(?:environ|mem|maps|root)|\bgcore\b|\bptrace\b|\bgdb\b[^\n]{0,60}-p", "reads another process"),
    Pattern("HR-PRV-014", (COMMAND,), r"(?:^|[\s;|&(`])(?:sudo|doas|pkexec|runuser|su)(?:\s|$)|\bsetuid\b|\bchmod\b[^\n;|&]{0,40}\b[ug]?\+s\b|\bsetcap\b|\bosascript\b[^\n]{0,200}administrator", "asks for more rights"),
    Pattern("HR-CTR-009", (COMMAND,), rf"\b(?:docker|podman|nerdctl)\b{_PART}(?:--privileged|-v\s*/:|--volume[= ]/:|docker\.sock|--pid[= ]host|--cap-add)|\bnsenter\b|\bchroot\b|\bunshare\b|docker\.sock", "leaves the container"),
    Pattern("HR-SLF-019", (COMMAND,), r"\b(?:iptables|nft|ufw|pfctl|setenforce|csrutil|spctl|auditctl|visudo|useradd|usermod|adduser|passwd|chpasswd)\b|\bLD_PRELOAD=|\bDYLD_INSERT_LIBRARIES=|/etc/ld\.so\.preload", "changes the system's protection"),
    Pattern("HR-PLX-004", (COMMAND, WRITE), _STARTUP, "makes something run later"),
    Pattern("HR-PLX-001", (COMMAND,), rf"\bcrontab\b|\bat\s+(?:now|-f|\d)|\bsystemctl\b{_PART}\b(?:enable|edit|link|mask)\b|\blaunchctl\b{_PART}\b(?:load|bootstrap|submit)\b|\bnohup\b|\bsetsid\b|\bdisown\b", "makes something run later"),
    Pattern("HR-SLF-003", (COMMAND, READ, WRITE), _OWN_FILES, "touches Handrail's own files"),
    Pattern("HR-SLF-005", (COMMAND, WRITE), _AGENT_SETTINGS, "changes an agent's settings or hooks"),
    Pattern("HR-SLF-007", (COMMAND,), rf"\bhandrail\b{_PART}\b(?:uninstall|mode|approve|run|stop|hooks|quarantine|unwrap|accept)\b|\b(?:pkill|killall|kill|systemctl|launchctl|service)\b{_ANY}handrail", "turns Handrail off"),
    Pattern("HR-SLF-016", (COMMAND,), r"--dangerously-skip-permissions|--bare\b|--safe-mode|CLAUDE_CODE_SIMPLE|--yolo\b|\bANTHROPIC_BASE_URL=|CLAUDE_CONFIG_DIR=|\bBASH_ENV=", "starts an agent without its guards"),
    Pattern("HR-DST-016", (COMMAND,), r"\bhistory\s+-[cdw]|\bunset\s+HISTFILE|HISTFILE=/dev/null|HISTSIZE=0|\.(?:bash|zsh)_history|\bjournalctl\b[^\n]{0,60}--vacuum|/var/log/", "removes traces"),
    Pattern("HR-RMT-009", (COMMAND,), r"(?i)\bxmrig\b|stratum\+(?:tcp|ssl)|\bminerd\b|cryptonight|\bcpuminer\b", "mines coins"),
    Pattern("HR-OBF-005", (COMMAND,), r"\$\{?IFS\}?|\\x[0-9a-f]{2}\\x|\$'\\|\bxargs\b[^\n]{0,60}\b(?:rm|sh|bash)\b", "hides what it runs"),
)

# A command that only looks: one program of this list, no shell syntax, nothing hidden. Credential paths are checked first.
READ_ONLY_COMMAND = (
    r"^[ \t]*(?:ls|pwd|cat|head|tail|wc|file|stat|which|whoami|uname|du|df|basename|dirname|realpath|id|uptime|true"
    r"|grep|rg|git[ \t]+(?:status|diff|log|show|branch(?=[ \t]*\Z)|rev-parse|ls-files|blame|describe|remote[ \t]+-v|stash[ \t]+list))"
    r"(?:[ \t]+(?!/dev/|\S{0,60}(?:[Pp]assw|PASSW|[Ss]ecret|SECRET|[Tt]oken|TOKEN))(?!--?(?:pre|output|ext-diff|textconv|open|delete|hostname-bin|search-zip|exec|no-index|paginate|[dDmMcCufoO](?=\s|\Z)))[\w./,:=@%+~*?\[\]^-]+)*[ \t]*\Z"
)
