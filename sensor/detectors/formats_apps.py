"""Secret formats by vendor, second table: messaging, registries, CI, observability, secret managers, workplace."""

from __future__ import annotations

from sensor.detectors.formats import Format, Proof
from sensor.model.findings import Severity

C, H, M = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

MESSAGING = (
    Format(id="SLACK", kind="slack-token", title="Slack token",
           pattern=r"(?i)\b(xox[abopsrce]-(?:\d{6,14}-){1,3}[a-z0-9\-]{16,120}|xox[abposr]-(?:[a-z0-9]{8,14}-){2,3}[a-z0-9]{24,64}|xox[abre]-(?:\d-)?[a-z0-9]{24,48}|xoxe(?:\.xox[bp])?-\d-[a-z0-9]{140,170})\b"),
    Format(id="SLACK", kind="slack-token", title="Slack app token", pattern=r"(?i)\b(xapp-\d-[A-Z0-9]{6,20}-\d{6,20}-[a-z0-9]{20,100})\b"),
    Format(id="SLACK", kind="slack-webhook", title="Slack webhook",
           pattern=r"(?i)hooks\.slack\.com/((?:services|workflows|triggers)/[A-Za-z0-9+/]{30,64})"),
    Format(id="DISCORD", kind="discord-webhook", title="Discord webhook",
           pattern=r"(?i)discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(\d{15,20}/[\w\-]{50,90})"),
    Format(id="DISCORD", kind="discord-token", title="Discord bot token",
           pattern=r"(?:^|[^\-.])((?:mfa\.[\w\-]{80,90})|[MNO][A-Za-z0-9_\-]{22,27}\.[\w\-]{6}\.[\w\-]{27,38})(?:[^\w\-.]|$)"),
    Format(id="TELEGRAM", kind="telegram-token", title="Telegram bot token", pattern=r"(?:^|[^\w:])(?:bot)?(\d{8,10}:(?:[\w\-]{35}|AA[\w\-]{32,33}))(?:[^\w\-]|$)"),
    Format(id="TEAMS", kind="teams-webhook", title="Teams webhook",
           pattern=r"(?i)(?:webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/([0-9a-f\-]{36}@[0-9a-f\-]{36}/[\w/\-]{20,140})"),
    Format(id="MAIL", kind="sendgrid-key", title="SendGrid key", pattern=r"\b(SG\.[\w\-]{16,32}\.[\w\-]{16,64})"),
    Format(id="TWILIO", kind="twilio-key", title="Twilio key", pattern=r"\b(SK[0-9a-fA-F]{32})\b"),
    Format(id="TWILIO", kind="twilio-sid", title="Twilio account id", severity=M, pattern=r"\b(AC[0-9a-z]{32})\b"),
    Format(id="MAIL", kind="mailgun-key", title="Mailgun key", pattern=r"\b(key-[0-9a-z]{32}|(?:pubkey-)?[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})\b"),
    Format(id="MAIL", kind="mailchimp-key", title="Mailchimp key", pattern=r"\b([0-9a-f]{32}-us\d{1,2})\b"),
    Format(id="MAIL", kind="mail-key", title="Resend, Brevo, Mandrill or Mailjet key",
           pattern=r"\b(re_[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,30}|xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}|xsmtpsib-[0-9a-f]{64}-[A-Za-z0-9]{16}|md-[A-Za-z0-9_\-]{22})\b"),
    Format(id="SOCIAL", kind="facebook-token", title="Facebook token", pattern=r"\b(EAA[MC][a-z0-9A-Z]{80,300}|EAA[A-Za-z0-9]{90,300}|\d{15,16}(?:\||%7C)[0-9a-zA-Z\-_]{27,40})\b"),
    Format(id="SOCIAL", kind="twitter-token", title="Twitter bearer token", pattern=r"\b(A{20,24}[A-Za-z0-9%]{60,120})\b"),
    Format(id="SOCIAL", kind="instagram-token", title="Instagram token", pattern=r"\b(IGQ[A-Za-z0-9_\-]{80,200})"),
)

REGISTRIES = (
    Format(id="NPM", kind="npm-token", title="npm token", severity=H, pattern=r"\b(npm_[A-Za-z0-9]{36})\b"),
    Format(id="NPM", kind="npm-token", title="npm registry token", pattern=r"(?i)(?:^|[^\w.]|config_)_auth(?:Token)?\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9+/=\-_]{20,400})"),
    Format(id="PYPI", kind="pypi-token", title="Python package index token", pattern=r"\b(pypi-A[\w\-]{50,400})"),
    Format(id="REGISTRY", kind="crates-token", title="crates.io token", pattern=r"\b(cio[A-Za-z0-9]{32})\b"),
    Format(id="REGISTRY", kind="rubygems-token", title="RubyGems token", pattern=r"\b(rubygems_[0-9a-f]{48})\b"),
    Format(id="REGISTRY", kind="nuget-key", title="NuGet key", pattern=r"\b(oy2[a-z0-9]{43})\b"),
    Format(id="REGISTRY", kind="docker-token", title="Docker Hub token", pattern=r"\b(dckr_(?:pat|oat)_[\w\-]{24,40})"),
    Format(id="REGISTRY", kind="docker-auth", title="container registry password",
           pattern=r"\"auth\"\s{0,4}:\s{0,4}\"([A-Za-z0-9+/]{20,400}={0,2})\""),
    Format(id="REGISTRY", kind="artifactory-token", title="Artifactory token", proof=Proof.DIGITS,
           pattern=r"(?:^|[^\w+/\-])(AKC[A-Za-z0-9]{10,80}|AP[0-9A-F][A-Za-z0-9]{8,80}|cmVmdGtu[A-Za-z0-9]{56})(?:[^\w+/]|$)"),
    Format(id="REGISTRY", kind="clojars-token", title="Clojars token", pattern=r"\b(CLOJARS_[a-z0-9]{60})\b"),
)

OPERATIONS = (
    Format(id="CI", kind="ci-token", title="CircleCI, Buildkite or Harness token",
           pattern=r"\b(CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}|bk(?:ua|ct|at)_[0-9a-f]{40}|[ps]at\.[\w\-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20})\b"),
    Format(id="HOSTING", kind="hosting-token", title="Vercel, Netlify, Heroku, Fly or Render token",
           pattern=r"\b(vc[pkiar]_[A-Za-z0-9]{40,70}|nfp_[A-Za-z0-9]{36}|HRKU-[\w\-]{36,64}|fo1_[\w\-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{80,600}={0,3}|rnd_[A-Za-z0-9]{28,36})"),
    Format(id="HOSTING", kind="supabase-key", title="Supabase key", pattern=r"\b(sbp_[0-9a-f]{40}|sb_secret_[\w\-]{28,40})\b"),
    Format(id="CLOUD", kind="cloudant-key", title="Cloudant key or password",
           pattern=r"(?i)\bcloudant[\w.\-]{0,20}(?:key|pw|pass|pwd|token|secret)\w{0,8}[\"']?\s{0,4}(?:=>|[=:])\s{0,4}[\"']?([a-z]{24}|[0-9a-f]{64})(?:[^\w\-]|$)"),
    Format(id="HOSTING", kind="octopus-key", title="Octopus Deploy key", pattern=r"\b(API-[A-Z0-9]{26})\b"),
    Format(id="OBSERVE", kind="newrelic-key", title="New Relic key",
           pattern=r"(?i)\b(NRAK-[A-Z0-9]{27}|NRI[IQ]-[\w\-]{32}|NRJS-[0-9a-f]{19}|NRRA-[0-9a-f]{42}|NRSP-[\w]{30,40}|px-(?:api|dep)-[0-9a-f\-]{36}|[0-9a-z]{36}NRAL)\b"),
    Format(id="OBSERVE", kind="sentry-token", title="Sentry token", pattern=r"\b(sntrys_eyJ[A-Za-z0-9+/=_]{60,400}|sntryu_[0-9a-f]{64})"),
    Format(id="OBSERVE", kind="grafana-token", title="Grafana token",
           pattern=r"(?i)\b(glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|eyJrIjoi[A-Za-z0-9]{40,400}={0,3})"),
    Format(id="OBSERVE", kind="observability-token", title="Dynatrace, Honeycomb or PostHog token",
           pattern=r"\b(dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}|hcaik_[a-z0-9]{58}|ph[xs]_[A-Za-z0-9]{40,50})\b"),
    Format(id="OBSERVE", kind="launchdarkly-key", title="LaunchDarkly key", pattern=rf"\b((?:api|sdk)-{UUID})\b"),
    Format(id="QUALITY", kind="quality-token", title="SonarQube, Sourcegraph, Snyk or Semgrep token",
           pattern=r"\b(sq[pau]_[a-f0-9]{40}|sgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}|sgp_[A-Za-z0-9]{64}|slk_[a-f0-9]{64}|snyk_(?:uat|sat)\.[\w.\-]{30,200})\b"),
    Format(id="OBSERVE", kind="mapbox-token", title="Mapbox secret token", pattern=r"\b(sk\.eyJ[\w\-]{40,120}\.[\w\-]{20,30})"),
    Format(id="TOOLS", kind="tools-token", title="Postman, Prefect, ReadMe or Contentful token",
           pattern=r"\b(PMAK-[0-9a-f]{24}-[0-9a-f]{34}|pnu_[a-zA-Z0-9]{36}|rdme_[a-z0-9]{70}|CFPAT-[\w\-]{43})"),
)

SECRET_MANAGERS = (
    Format(id="VAULT", kind="vault-token", title="Vault token", pattern=r"\b(hv[sbr]\.[\w\-]{24,300})"),
    Format(id="VAULT", kind="vault-token", title="Vault token of the first form", proof=Proof.MIXED, pattern=r"(?:^|[^\w.\-])([sbr]\.[A-Za-z0-9]{24,160})(?:[^\w.\-(]|$)"),
    Format(id="VAULT", kind="doppler-token", title="Doppler token", pattern=r"\b(dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_\-]{2,35}\.)?[A-Za-z0-9]{40,44})\b"),
    Format(id="VAULT", kind="onepassword-token", title="1Password token",
           pattern=r"\b(ops_eyJ[A-Za-z0-9+/=_\-]{80,1000}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})"),
    Format(id="INFRA", kind="terraform-token", title="Terraform Cloud token", pattern=r"\b([A-Za-z0-9]{14}\.atlasv1\.[\w=\-]{60,70})"),
    Format(id="INFRA", kind="pulumi-token", title="Pulumi token", pattern=r"\b(pul-[0-9a-f]{40})\b"),
    Format(id="INFRA", kind="openshift-token", title="OpenShift token", pattern=r"\b(sha256~[\w\-]{43})"),
    Format(id="VAULT", kind="vault-unseal-key", title="Vault unseal key", severity=C,
           pattern=r"(?i)\bunseal(?: key(?: \d{1,2})?)?\s{0,2}:?\s{1,2}([A-Za-z0-9+/]{42,44}={0,2}|[0-9a-f]{64,66})\b"),
    Format(id="INFRA", kind="kubernetes-token", title="Kubernetes bootstrap token", proof=Proof.DIGITS,
           pattern=r"(?i)(?:token|kubeadm|bootstrap)[^\n]{0,60}?[^\w.]([a-z0-9]{6}\.[a-z0-9]{16})(?:[^\w.]|$)"),
    Format(id="INFRA", kind="infisical-token", title="Infisical token", pattern=r"\b(st\.[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{32})\b"),
)

WORKPLACE = (
    Format(id="WORKPLACE", kind="linear-key", title="Linear key", pattern=r"\b(lin_(?:api|oauth)_[A-Za-z0-9]{32,64})\b"),
    Format(id="WORKPLACE", kind="notion-token", title="Notion token", pattern=r"\b(ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43})\b"),
    Format(id="WORKPLACE", kind="asana-token", title="Asana token", pattern=r"(?:^|[^\w/])([01]/\d{16}(?:/\d{16})?:[0-9a-f]{32})\b"),
    Format(id="WORKPLACE", kind="shopify-token", title="Shopify token", pattern=r"\b(shp(?:at|ca|pa|ss|tka|ua)_[0-9a-fA-F]{32})\b"),
    Format(id="WORKPLACE", kind="hubspot-token", title="HubSpot token", pattern=rf"(?i)\b(pat-(?:na|eu|ap)\d-{UUID})\b"),
    Format(id="WORKPLACE", kind="airtable-token", title="Airtable token", pattern=r"\b(pat[A-Za-z0-9]{14}\.[0-9a-f]{64})\b"),
    Format(id="WORKPLACE", kind="figma-token", title="Figma token", pattern=r"\b(fig[doru]{1,2}_[\w\-]{36,60})"),
    Format(id="WORKPLACE", kind="okta-token", title="Okta token", pattern=r"(?i)\b(?:okta|ssws)[\w\-\"' =:]{0,24}\b(00[\w\-]{40})\b"),
    Format(id="WORKPLACE", kind="workplace-token", title="Typeform, Frame.io, Dropbox or Apify token",
           pattern=r"\b(tfp_[\w.=\-]{50,64}|fio-u-[\w=\-]{60,70}|sl\.[\w\-]{120,200}|apify_api_[A-Za-z0-9]{36}|pat[A-Za-z0-9]{14}\.[0-9a-f]{64}|ATOA[\w]{30,80})"),
    Format(id="WORKPLACE", kind="app-secret", title="Rails or Sidekiq gem credentials", proof=Proof.SHAPE,
           pattern=r"(?i)\bBUNDLE_(?:ENTERPRISE__CONTRIBSYS__COM|GEMS__CONTRIBSYS__COM)[\"']?\s{0,3}[=:]\s{0,3}[\"']?([0-9a-f]{8}:[0-9a-f]{8})\b"),
    Format(id="WORKPLACE", kind="app-secret", title="Sidekiq gem address", proof=Proof.SHAPE,
           pattern=r"(?i)\bhttps?://([0-9a-f]{8}:[0-9a-f]{8})@(?:gems|enterprise)\.contribsys\.com"),
    Format(id="WORKPLACE", kind="app-secret", title="WordPress key or salt",
           pattern=r"\bdefine\(\s{0,4}[\"'](?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)[\"'],\s{0,24}'([^'\n]{64})'"),
    Format(id="CURL", kind="curl-user", title="password in curl --user", severity=M, proof=Proof.SHAPE,
           pattern=r"(?i)\bcurl\b(?:[^\n]|\\\n){0,300}?\s(?:-u|--user|--proxy-user)[ =]{0,2}[\"']?([^\s\"':$<{]{0,64}[\"']?:[\"']?([^\s\"'$<{]{4,128}))"),
    Format(id="QUALITY", kind="quality-token", title="SonarQube login", proof=Proof.RANDOM,
           pattern=r"(?i)\bsonar[\w.\-]{0,20}(?:login|token)[\"']?\s{0,3}(?:[=:?]{1,4}|=>|,)\s{0,3}[\"']?((?:sq[pau]_)?[0-9a-z]{40})\b"),
)

APP_FORMATS = MESSAGING + REGISTRIES + OPERATIONS + SECRET_MANAGERS + WORKPLACE
