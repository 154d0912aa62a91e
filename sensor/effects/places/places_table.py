"""The named sets of paths as data. `~` is any user's home, `*` stays inside one name, `**/` is any folder.

Tested against near misses in `tests/sensor/effects/places/test_places_table.py`.
"""

from __future__ import annotations

SYSTEM_TOPS = frozenset(
    ["bin", "boot", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "root", "run", "sbin", "srv", "sys", "usr", "var", "home", "mnt", "media", "dev", "snap", "nix", "System", "Library", "Applications", "Users", "Volumes", "private", "cores", "Network"]
)

# Places where a developer installs software himself: not the operating system's own.
LOCAL_SOFTWARE = ("/usr/local", "/opt", "/srv", "/snap", "/nix", "/mnt", "/media", "/Volumes", "/var/www")

DEVICES = (
    "/dev/sd*", "/dev/hd*", "/dev/vd*", "/dev/xvd*", "/dev/nvme*", "/dev/mmcblk*", "/dev/disk*", "/dev/rdisk*",
    "/dev/mapper/*", "/dev/dm-*", "/dev/md*", "/dev/mem", "/dev/kmem", "/dev/port", "/dev/mtd*", "/dev/sr*",
    "/dev/ada*", "/dev/da*", "/dev/nvd*", "/dev/nda*", "/dev/vtbd*", "/dev/wd*", "/dev/rwd*", "/dev/rsd*", "/dev/gpt/*", "/dev/label/*", "/dev/disk/**", "/dev/md/*", "/dev/nbd*", "/dev/zd*", "/dev/loop[0-9]*", "/dev/zvol/**", "/dev/root",
)

# Streams of every shell line; touching them is no effect.
STREAMS = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/zero", "/dev/full",
                     "/dev/urandom", "/dev/random"})

CREDENTIALS = (
    "~/.ssh", "~/.ssh/**", "**/id_rsa", "**/id_dsa", "**/id_ecdsa", "**/id_ed25519", "**/id_ed25519_sk",
    "**/id_ecdsa_sk", "/etc/ssh/ssh_host_*_key", "**/*.pem", "**/*.ppk", "**/*.p12", "**/*.pfx", "**/*.jks",
    "**/*.keystore", "**/*.kdbx", "**/*.kdb", "**/*.agekey", "**/*.key", "**/*_rsa", "**/*.p8",
    "**/*.mobileprovision", "~/.aws", "~/.aws/credentials", "~/.aws/credentials*", "~/.aws/sso/**",
    "~/.aws/cli/cache/**", "~/.aws/config", "~/.config/gcloud", "~/.config/gcloud/**",
    "**/application_default_credentials.json", "~/.azure", "~/.azure/**", "~/.oci/**", "~/.aliyun/**",
    "~/.config/doctl/**", "~/.config/hcloud/**", "~/.bluemix/**", "~/.boto", "~/.s3cfg", "~/.config/rclone/**",
    "~/.rclone.conf", "~/.linode-cli", "~/.config/linode-cli", "~/.fly/**", "~/.vercel/**", "~/.config/vercel/**",
    "~/.netlify/**", "~/.config/netlify/**", "~/.config/heroku/**", "~/.railway/**", "~/.supabase/**",
    "~/.wrangler/**", "~/.config/.wrangler/**", "~/.config/configstore/**", "~/.terraform.d/credentials*",
    "~/.terraformrc", "**/*.tfstate", "**/*.tfstate.backup", "**/*.tfvars", "~/.pulumi/credentials.json",
    "~/.vault-token", "**/.vault-token", "~/.config/sops/**", "~/.config/age/**", "~/.age/**", "~/.doppler/**",
    "~/.config/op/**", "~/.op/**", "~/.config/infisical/**", "~/.kube", "~/.kube/**", "**/kubeconfig",
    "**/*.kubeconfig", "/etc/kubernetes/**", "/var/run/secrets/**", "/run/secrets/**", "/etc/rancher/k3s/k3s.yaml",
    "~/.docker/config.json", "**/.docker/config.json", "**/.dockercfg", "~/.config/containers/auth.json",
    "~/.config/helm/registry/config.json", "**/.netrc", "**/_netrc", "**/.npmrc", "**/.yarnrc.yml", "**/.pypirc",
    "**/.pgpass", "**/pgpass.conf", "**/.my.cnf", "**/.mylogin.cnf", "**/.git-credentials",
    "~/.config/git/credentials", "**/.htpasswd", "~/.gem/credentials", "~/.cargo/credentials*",
    "~/.composer/auth.json", "~/.config/composer/auth.json", "~/.m2/settings.xml", "~/.m2/settings-security.xml",
    "~/.gradle/gradle.properties", "~/.nuget/NuGet/NuGet.Config", "~/.config/gh/hosts.yml", "~/.config/glab-cli/**",
    "~/.config/hub", "~/.huggingface/token", "~/.cache/huggingface/token", "~/.kaggle/kaggle.json",
    "~/.streamlit/secrets.toml", "**/.streamlit/secrets.toml", "~/.wgetrc", "~/.curlrc", "~/.condarc", "~/.twine/**",
    "~/.config/pypoetry/auth.toml", "~/.dbt/profiles.yml", "~/.snowsql/config", "~/.databrickscfg", "~/.ngrok2/**",
    "~/.config/ngrok/**", "~/.jupyter/jupyter_*_config.json", "~/.cloudflared/**", "~/.config/stripe/**",
    "~/.twilio-cli/**", "~/.sentryclirc", "**/.sentryclirc", "~/.ovpn/**", "**/*.ovpn", "/etc/wireguard/**",
    "/etc/openvpn/**", "/etc/NetworkManager/system-connections/**", "/etc/wpa_supplicant/*.conf",
    "/etc/wpa_supplicant.conf", "**/.env", "**/.env.*", "**/.envrc", "**/.dev.vars", "**/prod.env",
    "**/production.env", "**/staging.env", "**/secrets.env", "**/local.env", "**/secrets.yml", "**/secrets.yaml",
    "**/secrets.json", "**/secrets.toml", "**/secret.yaml", "**/secret.yml", "**/secret.json", "**/credentials",
    "**/credentials.json", "**/credentials.yml", "**/credentials.yaml", "**/credentials.yml.enc",
    "**/credentials.xml", "**/client_secret*.json", "**/service-account*.json", "**/service_account*.json",
    "**/serviceaccount*.json", "**/*-service-account.json", "**/firebase-adminsdk*.json",
    "**/*firebase-adminsdk*.json", "**/gcp-key*.json", "**/gcloud-key*.json", "**/master.key", "**/*private*key*.pem",
    "**/wp-config.php", "**/.htdigest", "**/vault_pass*", "**/.vault_pass*", "**/.vault-pass*", "**/*.gpg.key",
    "**/secring.gpg", "**/private-keys-v1.d/**", "~/.gnupg", "~/.gnupg/**", "**/.password-store/**",
    "~/.password-store", "~/.local/share/keyrings/**", "~/.local/share/keyrings", "~/.kde/share/apps/kwallet/**",
    "~/.local/share/kwalletd/**", "~/Library/Keychains", "~/Library/Keychains/**", "/Library/Keychains/**",
    "~/.config/Bitwarden*/**", "~/.config/1Password/**", "~/Library/Application Support/1Password*/**",
    "~/.config/keepassxc/**", "~/.local/share/gnome-keyring/**", "**/*.keychain", "**/*.keychain-db", "**/wallet.dat",
    "~/.bitcoin/**", "~/.ethereum/keystore/**", "~/.config/solana/id.json", "~/.electrum/wallets/**",
    "~/.electrum/**", "~/.monero/**", "**/keystore/UTC--*", "~/.config/Exodus/**", "~/.foundry/keystores/**",
    "~/.mozilla/firefox/**", "~/.config/google-chrome/**", "~/.config/chromium/**", "~/.config/BraveSoftware/**",
    "~/.config/microsoft-edge/**", "~/.config/vivaldi/**", "~/.config/opera/**", "~/.thunderbird/**",
    "~/Library/Application Support/Google/Chrome/**", "~/Library/Application Support/Firefox/**",
    "~/Library/Application Support/BraveSoftware/**", "~/Library/Application Support/Microsoft Edge/**",
    "**/Google/Chrome/User Data/**", "**/Microsoft/Edge/User Data/**", "~/.config/Slack/**", "~/.config/discord/**", "~/.config/Signal/**", "~/Library/Messages/**", "~/.snowflake/config.toml",
    "~/.authinfo", "~/.authinfo.gpg", "~/.msmtprc", "~/.vnc/passwd", "**/filezilla/sitemanager.xml",
    "~/Library/Safari/**", "~/Library/Cookies/**", "~/snap/firefox/**", "**/Login Data", "**/cookies.sqlite",
    "**/logins.json", "**/key4.db", "**/key3.db", "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-",
    "/etc/master.passwd", "/etc/sudoers", "/etc/sudoers.d/**", "/etc/security/opasswd", "/etc/krb5.keytab",
    "/etc/ssl/private", "/etc/ssl/private/**", "/etc/pki/tls/private/**", "/etc/letsencrypt/**/privkey*.pem",
    "/var/db/dslocal/nodes/**", "/private/var/db/dslocal/nodes/**", "/tmp/krb5cc_*", "/var/lib/sss/secrets/**",
    "/etc/docker/key.json", "/proc/*/environ", "/proc/*/mem", "/proc/kcore", "**/.bash_history", "**/.zsh_history",
    "**/.sh_history", "**/.history", "**/fish_history", "**/.python_history", "**/.node_repl_history",
    "**/.psql_history", "**/.mysql_history", "**/.sqlite_history", "**/.rediscli_history", "**/.mongosh/**",
    "**/.dbshell", "**/.irb_history", "**/.viminfo", "**/.lesshst", "~/.claude/.credentials.json",
    "~/.claude/.credentials*", "~/.claude.json", "~/.claude/projects/**", "~/.claude/history.jsonl",
    "~/.codex/auth.json", "~/.codex/sessions/**", "~/.gemini/oauth_creds.json", "~/.gemini/google_accounts.json",
    "~/.cursor/*auth*", "~/.config/cursor/auth.json", "~/.config/Cursor/User/globalStorage/**",
    "~/Library/Application Support/Cursor/User/globalStorage/**", "~/.config/github-copilot/**", "~/.copilot/**",
    "~/.local/share/opencode/auth.json", "~/.config/goose/**", "~/.aider*", "~/.continue/config*",
    "~/.openclaw/credentials/**", "~/.openclaw/*.json", "~/.factory/auth*", "~/.config/amp/**",
    "~/.local/share/amp/secrets.json", "~/.qwen/oauth_creds.json", "~/.openai/**", "~/.anthropic/**",
    "~/.config/openai/**", "~/.config/anthropic/**", "~/.config/io.datasette.llm/keys.json",
)

# Files by which Windows is installed or managed, with the passwords of administrators; its accounts; what it keeps for users.
WINDOWS_CREDENTIALS = (
    "**/Windows/System32/Sysprep/**/*.xml", "**/sysprep.inf", "**/autounattend.xml", "**/Autounattend.xml", "**/AutoUnattend.xml", "**/unattend.xml", "**/Unattend.xml", "**/unattended.xml", "**/Unattended.xml", "**/Windows/System32/config/SAM",
    "**/Windows/System32/config/SYSTEM", "**/Windows/System32/config/SECURITY", "**/Windows/System32/config/RegBack/**", "**/Windows/repair/SAM", "**/NTDS.dit", "**/SYSVOL/**/Groups.xml", "**/Preferences/Groups/Groups.xml",
    "**/Preferences/ScheduledTasks/ScheduledTasks.xml", "**/Preferences/Services/Services.xml", "**/inetsrv/config/applicationHost.config", "**/AppData/Roaming/Microsoft/Credentials/**", "**/AppData/Local/Microsoft/Credentials/**",
    "**/AppData/Roaming/Microsoft/Protect/**", "**/AppData/Local/Microsoft/Vault/**", "**/PSReadLine/ConsoleHost_history.txt", "**/AppData/Roaming/gcloud/**", "**/AppData/Roaming/GitHub CLI/hosts.yml", "**/AppData/Roaming/doctl/**",
    "**/AppData/Roaming/rclone/**", "**/AppData/Roaming/FileZilla/sitemanager.xml", "**/AppData/Roaming/FileZilla/recentservers.xml", "**/AppData/Roaming/npm/npmrc", "**/AppData/Roaming/postgresql/pgpass.conf", "**/WinSCP.ini",
)
# The settings of command line tools where macOS keeps what other systems have in `~/.config`.
MACOS_CREDENTIALS = tuple(
    f"~/Library/Application Support/{name}" for name in (
        "doctl/**", "hcloud/**", "rclone/**", "com.vercel.cli/**", "netlify/**", "linode-cli", "glab-cli/**", "ngrok/**", "sops/**", "pypoetry/auth.toml", "stripe/**", "configstore/**", "Bitwarden/**", "Bitwarden CLI/**",
        "keepassxc/**", "Exodus/**", "io.datasette.llm/keys.json", "goose/**", "nushell/history.txt", "scaleway/**", "exoscale/**", "turso/**", "fly/**", "railway/**", "heroku/**", "infisical/**", ".wrangler/**", "Slack/Cookies", "discord/**",
        "Signal/**", "Vivaldi/**", "Arc/**", "Chromium/**", "com.operasoftware.Opera/**", "Ledger Live/**", "Electrum/**", "age/**",
    )
)

# Look like credentials and are none.
PUBLIC = (
    "**/*.pub", "**/known_hosts", "**/known_hosts.*", "~/.ssh/config", "~/.ssh/config.d/**", "**/authorized_keys",
    "**/authorized_keys2", "~/.ssh/environment", "~/.ssh/rc", "~/.gitconfig", "**/.env.example", "**/.env.*.example",
    "**/.env.example.*", "**/.env.sample", "**/.env.*.sample", "**/.env.template", "**/.env.*.template",
    "**/.env.tmpl", "**/.env.tpl", "**/.env.dist", "**/.env.default", "**/.env.defaults", "**/.env.schema",
    "**/.env.md", "**/.env.*.md", "**/.env.d.ts", "**/.env.vault", "**/.env.test", "**/.env.ci", "**/.env.py",
    "**/.env.ts", "**/.env.js", "**/.env.go", "**/*cert.pem", "**/*cert*.pem", "**/*chain*.pem", "**/ca.pem",
    "**/ca-*.pem", "**/*-ca.pem", "**/*_ca.pem", "**/cacert*.pem", "**/*bundle*.pem", "**/*public*.pem",
    "**/*pubkey*", "**/*.pub.pem", "**/*-pub.pem", "**/pub*.key", "**/*public*.key", "**/*_pub.key", "**/root*.pem",
    "**/dhparam*.pem", "**/.npmrc.example", "**/certs/**/*.crt", "**/*.example", "**/*.sample", "**/*.template",
    "**/*.md", "**/*.rst", "~/.aws/cli/alias", "**/site-packages/**/*.pem", "**/node_modules/**/*.pem",
    "/etc/ssl/certs/**", "/etc/pki/ca-trust/**", "/usr/share/**", "/usr/lib/**", "/etc/kubernetes/pki/*.crt",
    "/etc/kubernetes/manifests/**", "**/*.md", "~/.claude/projects/*/memory/**",
)

AGENT_CONFIG = (
    "**/.claude/settings.json", "**/.claude/settings.local.json", "**/.claude/settings*.json", "~/.claude.json",
    "**/.claude/hooks/**", "**/.claude/agents/**", "**/.claude/commands/**", "**/.claude/skills/**",
    "**/.claude/plugins/**", "**/.claude/hooks.json", "~/.claude", "**/.claude", "**/.mcp.json", "**/mcp.json",
    "**/mcp_config.json", "**/mcp_settings.json", "**/mcp-config.json", "**/claude_desktop_config.json",
    "**/cline_mcp_settings.json", "/etc/claude-code/**", "/Library/Application Support/ClaudeCode/**",
    "**/managed-settings.json", "**/.cursor/hooks.json", "**/.cursor/hooks/**", "**/.cursor/mcp.json",
    "**/.cursor/cli*.json", "**/.cursor/permissions.json", "**/.cursor/sandbox.json", "~/.cursor", "**/.cursor",
    "/etc/cursor/**", "~/.config/Cursor/User/settings.json",
    "~/Library/Application Support/Cursor/User/settings.json", "~/.config/Code/User/settings.json",
    "~/Library/Application Support/Code/User/settings.json", "**/.vscode/settings.json", "**/.vscode/mcp.json",
    "**/.codex/config.toml", "**/.codex/hooks.json", "**/.codex/rules/**", "~/.codex", "/etc/codex/**",
    "**/.gemini/settings.json", "~/.gemini", "**/.gemini/hooks/**", "**/.gemini/policies/**",
    "**/.gemini/extensions/**", "/etc/gemini-cli/**", "**/opencode.json", "**/opencode.jsonc", "**/.opencode/**",
    "~/.config/opencode/**", "**/.github/hooks/**", "~/.copilot/**", "**/.windsurf/hooks.json", "~/.codeium/**",
    "**/.clinerules/hooks/**", "~/.cline/**", "**/.kiro/hooks/**", "**/.kiro/agents/**", "**/.kiro/settings/**",
    "~/.kiro/**", "~/.factory/**", "**/.factory/**", "~/.config/amp/**", "**/.amp/**", "~/.openclaw/**",
    "**/.continue/**", "**/.roo/**", "**/.zed/settings.json", "~/.config/zed/settings.json", "**/.claudeignore",
    "**/.cursorignore", "**/.cursorindexingignore", "**/.aiexclude", "**/.geminiignore", "**/.codeiumignore",
    "**/.aider.conf.yml", "~/.config/goose/**", "~/.qwen/**", "~/.config/crush/**",
)

AGENT_MEMORY = (
    "**/CLAUDE.md", "**/CLAUDE.local.md", "**/AGENTS.md", "**/AGENT.md", "**/AGENTS.override.md", "**/GEMINI.md",
    "**/.cursorrules", "**/.cursor/rules/**", "**/.windsurfrules", "**/.windsurf/rules/**", "**/.clinerules",
    "**/.clinerules/*.md", "**/.roorules", "**/.roo/rules*/**", "**/.github/copilot-instructions.md",
    "**/.github/instructions/**", "**/.claude/rules/**", "**/.claude/projects/*/memory/**", "**/.claude/memory/**",
    "**/.claude/agent-memory/**", "**/.kiro/steering/**", "**/.continue/rules/**", "**/.goosehints",
    "**/CONVENTIONS.md", "**/.junie/guidelines.md", "**/.rules", "**/.openclaw/workspace/*.md", "**/SOUL.md",
    "**/MEMORY.md", "**/.amazonq/rules/**", "**/.augment/rules/**", "**/.trae/rules/**", "**/QWEN.md", "**/WARP.md",
)

PERSISTENCE = (
    "~/.bashrc", "~/.bash_profile", "~/.bash_login", "~/.bash_logout", "~/.bash_aliases", "~/.profile", "~/.zshrc",
    "~/.zshenv", "~/.zprofile", "~/.zlogin", "~/.zlogout", "~/.kshrc", "~/.cshrc", "~/.tcshrc", "~/.login",
    "~/.config/fish/config.fish", "~/.config/fish/conf.d/**", "~/.config/fish/functions/**", "~/.oh-my-zsh/custom/**",
    "~/.inputrc", "~/.xprofile", "~/.xinitrc", "~/.xsession", "~/.xsessionrc", "~/.pam_environment",
    "~/.config/environment.d/**", "~/.config/nushell/**", "/etc/profile", "/etc/profile.d/**", "/etc/bash.bashrc",
    "/etc/bashrc", "/etc/zsh/**", "/etc/zshrc", "/etc/zshenv", "/etc/zprofile", "/etc/environment",
    "/etc/environment.d/**", "/etc/fish/**", "/etc/crontab", "/etc/cron.*/**", "/etc/anacrontab",
    "/var/spool/cron/**", "/var/spool/at/**", "/var/spool/cron", "/etc/at.*", "/usr/lib/cron/**", "/var/at/**",
    "/etc/systemd/system/**", "/etc/systemd/user/**", "/usr/lib/systemd/**", "/lib/systemd/**",
    "/usr/local/lib/systemd/**", "/run/systemd/system/**", "~/.config/systemd/user/**", "~/.config/systemd/user",
    "~/.local/share/systemd/user/**", "/etc/init.d/**", "/etc/rc.local", "/etc/rc*.d/**", "/etc/inittab",
    "/etc/init/**", "~/.config/autostart/**", "/etc/xdg/autostart/**", "~/.config/autostart-scripts/**",
    "~/.config/plasma-workspace/env/**", "~/.ssh/authorized_keys", "~/.ssh/authorized_keys2", "~/.ssh/rc",
    "~/.ssh/config", "~/.ssh/environment", "/etc/ssh/**", "/etc/ld.so.preload", "/etc/ld.so.conf",
    "/etc/ld.so.conf.d/**", "/etc/pam.d/**", "/etc/nsswitch.conf", "/etc/udev/rules.d/**", "/lib/udev/rules.d/**",
    "/usr/lib/udev/rules.d/**", "/etc/NetworkManager/dispatcher.d/**", "/etc/update-motd.d/**", "/etc/logrotate.d/**",
    "/etc/apt/apt.conf.d/**", "/etc/dpkg/**", "/etc/yum/pluginconf.d/**", "/etc/dnf/plugins/**",
    "/etc/pacman.d/hooks/**", "/etc/modules", "/etc/modules-load.d/**", "/etc/modprobe.d/**",
    "/etc/initramfs-tools/**", "/etc/grub.d/**", "/etc/default/grub", "/boot/**", "/etc/passwd", "/etc/group",
    "/etc/sudoers", "/etc/sudoers.d/**", "/etc/polkit-1/**", "~/Library/LaunchAgents/**", "/Library/LaunchAgents/**",
    "/Library/LaunchDaemons/**", "/System/Library/Launch*/**", "~/Library/LaunchAgents", "/Library/StartupItems/**",
    "/etc/periodic/**", "/etc/emond.d/**", "/etc/launchd.conf", "/etc/paths.d/**", "/etc/paths",
    "~/Library/Preferences/com.apple.loginitems.plist", "/Library/Security/SecurityAgentPlugins/**",
    "~/Library/Scripts/**", "~/Library/Workflows/**", "~/Library/Services/**", "**/.git/hooks/**", "**/.git/config",
    "**/.githooks/**", "**/.husky/**", "~/.gitconfig", "~/.config/git/**", "/etc/gitconfig", "~/.git-templates/**",
    "~/.git_template/**", "**/sitecustomize.py", "**/usercustomize.py", "**/site-packages/*.pth",
    "**/dist-packages/*.pth", "~/.pythonrc", "~/.pythonrc.py", "~/.ipython/profile_default/startup/**", "~/.irbrc",
    "~/.pryrc", "~/.Rprofile", "~/.perldb", "~/.noderc", "**/.vscode/tasks.json", "**/.vscode/launch.json",
    "**/.envrc", "~/.direnvrc", "~/.config/direnv/**", "~/.vimrc", "~/.vim/plugin/**", "~/.config/nvim/**",
    "~/.emacs", "~/.emacs.d/**", "~/.exrc", "**/.exrc", "**/.nvimrc", "~/.tmux.conf", "~/.screenrc", "~/.gdbinit",
    "**/.gdbinit", "~/.lldbinit", "~/.local/share/applications/**", "**/.github/workflows/**", "**/.gitlab-ci.yml",
    "**/.circleci/config.yml", "**/Jenkinsfile", "**/.travis.yml", "**/azure-pipelines.yml", "**/.idea/workspace.xml",
    "~/.config/mimeapps.list", "~/.local/bin/**", "~/bin/**",
)
