"""Files below HOME whose rights the audit looks at, and folders that no program should be given."""

from __future__ import annotations

CREDENTIALS = (
    ".ssh/id_rsa", ".ssh/id_dsa", ".ssh/id_ecdsa", ".ssh/id_ed25519", ".aws/credentials", ".config/gcloud/credentials.db",
    ".config/gcloud/application_default_credentials.json", ".azure/msal_token_cache.json", ".netrc", ".pgpass",
    ".my.cnf", ".npmrc", ".pypirc", ".docker/config.json",
    ".kube/config", ".git-credentials", ".config/git/credentials", ".config/gh/hosts.yml", ".cargo/credentials.toml",
    ".vault-token", ".terraform.d/credentials.tfrc.json",
    ".gem/credentials", ".m2/settings.xml", ".huggingface/token",
)
AGENT_CREDENTIALS = (
    ".claude/.credentials.json", ".claude.json", ".codex/auth.json", ".gemini/oauth_creds.json", ".config/cursor/auth.json", ".local/share/opencode/auth.json",
    ".config/github-copilot/apps.json", ".config/github-copilot/hosts.json", ".qwen/oauth_creds.json",
)
TRANSCRIPTS = (".claude/projects", ".claude/history.jsonl", ".codex/sessions", ".cursor/projects", ".gemini/tmp")
NANOCLAW = ".config/nanoclaw/mount-allowlist.json"
OPENCLAW = (".openclaw/openclaw.json", ".openclaw/openclaw.json5")

# Below HOME: folders that hold keys, and those that decide what agents and Handrail do.
CREDENTIAL_FOLDERS = (".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".config/gcloud", ".config/gh", ".password-store", ".local/share/keyrings")
AGENT_FOLDERS = (".claude", ".cursor", ".codex", ".gemini", ".openclaw", ".config/nanoclaw", ".config/handrail",
                 ".local/state/handrail", ".local/share/handrail")
SYSTEM_FOLDERS = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys",
                  "/usr", "/var", "/System", "/Library", "/private/etc")
# What a list of refusals has to name at least.
ALWAYS_REFUSED = (".ssh", ".aws", ".env")
DOWNLOADS = ("Downloads", "Desktop")
TEMPORARY = ("/tmp", "/var/tmp", "/private/tmp", "/dev/shm")
