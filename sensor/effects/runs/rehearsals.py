"""Runs that change nothing: a program that is asked for its help, or only to show what it would do.

Every option counts only where the program reads it as this option: behind another option it may be that one's value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sensor.effects.programs.operands import Arguments

HELP, TRIAL = "help", "dry-run"
_ASKS = frozenset({"--help", "--version", "--usage"})
# Their options are read before anything else, so that help as the first word is the whole run.
_HELP_FIRST = frozenset(
    ["rm", "rmdir", "unlink", "mv", "cp", "ln", "install", "chmod", "chown", "chgrp", "chattr", "setfacl", "dd", "shred", "srm", "wipe", "truncate", "tee", "sed", "tar", "rsync", "date", "kill", "pkill", "killall", "shutdown", "reboot", "halt", "poweroff", "mkfs", "mke2fs", "mkfs.ext2", "mkfs.ext3", "mkfs.ext4", "mkfs.xfs", "mkfs.btrfs", "mkfs.vfat", "mkswap", "wipefs", "sgdisk", "sfdisk", "fdisk", "parted", "blkdiscard", "hdparm", "cryptsetup", "lvremove", "vgremove", "pvremove", "lvreduce", "zfs", "zpool", "nvme", "losetup", "swapoff", "umount", "mount", "crontab", "at", "useradd", "userdel", "usermod", "groupdel", "passwd", "chpasswd", "visudo", "iptables", "ip6tables", "nft", "ufw", "firewall-cmd", "auditctl", "setenforce", "sysctl", "insmod", "rmmod", "modprobe", "timedatectl", "hwclock", "ntpdate", "chronyc", "faketime", "curl", "wget", "ping", "nc", "ncat", "nmap", "dropdb", "createdb", "dropuser"])
# Their help may also stand behind the words that name what to do.
_HELP_LATER = frozenset(
    ["gh", "glab", "kubectl", "oc", "k", "helm", "terraform", "tofu", "terragrunt", "pulumi", "aws", "gcloud", "gsutil", "az", "doctl", "hcloud", "heroku", "fly", "flyctl", "vercel", "netlify", "wrangler", "supabase", "firebase", "npm", "pnpm", "yarn", "pip", "pip3", "cargo", "brew", "apt", "apt-get", "systemctl", "git", "docker", "podman", "nerdctl", "docker-compose", "minikube", "kind", "k3d", "eksctl", "rclone", "restic", "borg", "vault", "consul", "etcdctl", "ansible", "ansible-playbook", "vagrant", "cryptsetup", "timedatectl", "launchctl", "snap", "flatpak", "dnf", "yum", "pacman", "zypper", "velero", "argocd", "istioctl", "cdk", "sam", "eb", "serverless", "sls", "railway", "render", "codex", "claude", "gemini"])
_SHORT_HELP = frozenset({"gh", "glab", "kubectl", "oc", "k", "helm", "terraform", "tofu", "npm", "cargo", "git"})
_HELP_WORD = frozenset({"aws"})
# What stands behind these sub-commands belongs to another program.
_STARTS_ANOTHER = frozenset({"run", "exec", "x", "dlx", "test", "start", "create", "shell", "ssh", "console", "attach", "debug", "rsh", "alias", "compute", "tool", "code"})
_NEVER: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
_SHORT = re.compile(r"-[a-zC]{1,3}")
# Options without a value that stand before a trial's often enough.
_SWITCHES = frozenset(["-a", "-f", "-r", "-R", "-d", "-v", "-y", "-q", "-p", "-i", "-A", "-af", "-rf", "-fr", "-fd", "--all", "--force", "--recursive", "--yes", "--delete", "--volumes", "--prune", "--quiet", "--verbose", "--ignore-not-found", "--set-upstream", "-u", "--no-verify", "--force-with-lease", "--rmi", "--purge", "--auto-remove", "--ignore-daemonsets", "--delete-emptydir-data", "--delete-local-data", "--now", "--server-side", "--record", "--create-namespace", "--install", "--atomic", "--wait", "--no-cache"])
_KUBECTL_VERBS = frozenset(["delete", "apply", "create", "replace", "patch", "drain", "cordon", "uncordon", "scale", "autoscale", "annotate", "label", "rollout", "set", "taint", "expose"])
_PACKAGES = frozenset({"publish", "unpublish", "uninstall", "remove", "rm", "prune", "dedupe", "deprecate"})
_POWER = frozenset(["poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "hybrid-sleep", "default", "rescue", "emergency", "exit"])
_CLOUD_FILES = frozenset({"sync", "move", "moveto", "delete", "deletefile", "purge", "cleanup", "copy", "copyto", "rmdir", "rmdirs", "dedupe", "remove", "rm", "mirror", "del", "rsync"})

# Program -> leading words with which the options mean a trial (none = always), and these options.
_TRIALS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(("kubectl", "oc", "k"), (_KUBECTL_VERBS, frozenset({"dry-run"}))),
    "helm": (frozenset({"install", "upgrade", "uninstall", "delete", "rollback"}), frozenset({"dry-run"})),
    **dict.fromkeys(("npm", "pnpm", "yarn"), (_PACKAGES, frozenset({"dry-run"}))),
    **dict.fromkeys(("apt", "apt-get", "aptitude"), (frozenset(), frozenset({"s", "simulate", "just-print", "dry-run", "recon", "no-act"}))),
    **dict.fromkeys(("lvremove", "vgremove", "pvremove", "lvreduce", "vgreduce", "lvconvert"), (frozenset(), frozenset({"t", "test"}))),
    **dict.fromkeys(("ansible", "ansible-playbook"), (frozenset(), frozenset({"check", "C", "syntax-check", "list-tasks", "list-hosts"}))),
    **dict.fromkeys(("docker", "podman"), (frozenset({"compose"}), frozenset({"dry-run"}))),
    **dict.fromkeys(("rclone", "azcopy", "mc", "s3cmd", "gsutil"), (_CLOUD_FILES, frozenset({"dry-run"}))),
    "docker-compose": (frozenset(), frozenset({"dry-run"})),
    "pulumi": (frozenset({"destroy", "up"}), frozenset({"preview-only"})),
    "systemctl": (_POWER, frozenset({"dry-run"})),
    "zfs": (frozenset({"destroy", "receive", "recv"}), frozenset({"n"})),
    "shutdown": (frozenset(), frozenset({"k", "c"})),
    "patch": (frozenset(), frozenset({"dry-run"})),
    "bq": (frozenset({"query"}), frozenset({"dry_run"})),
    "aws": (frozenset({"ec2", "s3"}), frozenset({"dry-run", "dryrun"})),
    "git": (frozenset({"push", "filter-repo"}), frozenset({"dry-run", "n", "analyze"})),
}
# Letters of mke2fs without a value: in no other cluster is `n` the trial.
_PLAIN_LETTERS = re.compile(r"-[FDjqSvV]*n[FDjqSvV]*")

_ASKED = _HELP_FIRST | _HELP_LATER
REHEARSING = _ASKED | frozenset({*_TRIALS, "mke2fs", "mkfs.ext2", "mkfs.ext3", "mkfs.ext4"})
"""Programs of which `rehearsed` knows a way to change nothing."""


def rehearsed(program: str, words: list[str], arguments: Arguments, subcommand: tuple[str, ...]) -> str:
    """`help` or `dry-run` when a run of `program` with `words` changes nothing, else ""."""
    if _shows_help(program, words, subcommand):
        return HELP
    if program == "git" and words[0].startswith("-") and words[0] != "-C":
        return ""  # options before the sub-command may set what even a trial starts
    if program in ("mke2fs", "mkfs.ext2", "mkfs.ext3", "mkfs.ext4"):
        return TRIAL if any(_PLAIN_LETTERS.fullmatch(word) for word in words) else ""
    starts, options = _TRIALS.get(program, _NEVER)
    first = subcommand[0] if subcommand else arguments.operands[0].text if arguments.operands else ""
    given = arguments.flags & options
    if not given or (starts and first not in starts) or not _stands_alone(words, options):
        return ""
    taken_back = any(f"no-{name}" in arguments.flags for name in given)
    valued = {field.text.lower() for name, field in arguments.values if name in given}
    return "" if taken_back or valued - {"client", "server", "true", ""} else TRIAL


def _stands_alone(words: list[str], options: frozenset[str]) -> bool:
    """Whether one of `options` is given where no option before it can take it for its value."""
    for index, word in enumerate(words):
        name = word.lstrip("-").partition("=")[0]
        short = _SHORT.fullmatch(word) and options & set(name)
        if not short and not (word.startswith("--") and name in options):
            continue
        before = words[index - 1] if index else ""
        if not before.startswith("-") or "=" in before or before in _SWITCHES:
            return True
    return False


def _shows_help(program: str, words: list[str], subcommand: tuple[str, ...]) -> bool:
    if not words:
        return False
    if words[0] in _ASKS and program in _ASKED:
        return True
    if program not in _HELP_LATER or _STARTS_ANOTHER & set(subcommand):
        return False
    if program in _HELP_WORD and words[-1] == "help":
        return not any(word.startswith("-") for word in words)
    asks = {"--help", "-help"} | ({"-h"} if program in _SHORT_HELP and words[-1] == "-h" else set())
    index = next((index for index, word in enumerate(words) if word.startswith("-")), -1)
    # git hands all other places on to the sub-command
    return index > 0 and words[index] in asks and (program != "git" or index == len(subcommand))
