"""Secret formats by vendor, third table: what newer services issue, with a prefix that says whose it is, and addresses that are keys."""

from __future__ import annotations

from sensor.detectors.formats import Format, Proof
from sensor.detectors.formats_apps import UUID
from sensor.model.findings import Severity

C, H, M = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM

MODEL_SERVICES = (
    Format(id="MODEL", kind="model-key", title="Weights & Biases, Firecrawl, RunPod, Anyscale or Helicone key",
           pattern=r"\b(wandb_v1_[\w\-]{40,100}|fc-[0-9a-f]{32}|rpa_[A-Za-z0-9]{40,50}|esecret_[a-z0-9]{24,30}|[sp]k-helicone-(?:eu-)?[a-z0-9]{7}(?:-[a-z0-9]{7}){3})\b"),
    Format(id="MODEL", kind="model-key", title="Arize, Mem0, Browserbase, Amp, Cursor or Context7 key",
           pattern=rf"\b(ak-{UUID}-[\w\-]{{32}}|m0-[A-Za-z0-9]{{40}}|bb_(?:live|test)_[\w\-]{{27}}|sgamp_user_[A-Z0-9]{{26}}_[0-9a-f]{{64}}|crsr_[0-9a-f]{{64}}|ctx7sk-{UUID})\b"),
    Format(id="MODEL", kind="model-key", title="Modal key", proof=Proof.MIXED, pattern=r"\b(a[ks]-[A-Za-z0-9]{22})\b"),
)

CLOUD_SERVICES = (
    Format(id="GCP", kind="google-api-key", title="Google API key of the second form", pattern=r"\b(AQ\.Ab[\w\-]{42,60})"),
    Format(id="GCP", kind="google-storage-key", title="Google Cloud Storage HMAC key", pattern=r"\b(GOOG1E[A-Z0-9]{55})\b"),
    Format(id="GCP", kind="google-oauth-secret", title="Google OAuth client secret of the first form",
           pattern=r"\"client_secret\"\s{0,4}:\s{0,4}\"([\w\-]{24})\""),
    Format(id="AWS", kind="amazon-login-token", title="Login with Amazon secret or token", pattern=r"\b(amzn1\.oa2-cs\.v1\.[0-9a-f]{64}|Atz[ar]\|[\w\-+/=]{60,1000})"),
    Format(id="AZURE", kind="azure-service-key", title="Azure service key of the second form", pattern=r"\b([A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26})\b"),
    Format(id="AZURE", kind="azure-service-key", title="Azure Batch, Functions or Storage key", severity=C,
           pattern=r"(?:^|[^\w+/\-])([A-Za-z0-9+/]{76}\+(?:ABa|ASt|AMC|ARm)[A-Za-z0-9+/]{4,8}={1,2}|[\w\-]{44}AzFu[\w\-]{4,8}={0,2})"),
    Format(id="CLOUD", kind="alibaba-token", title="Alibaba session token", proof=Proof.MIXED, pattern=r"\b(STS\.[A-Za-z0-9]{20,30})\b"),
    Format(id="CLOUD", kind="cloudflare-key", title="Cloudflare token", severity=C, pattern=r"\b(cf(?:ut|at|k)_[A-Za-z0-9]{40,56})\b"),
    Format(id="CLOUD", kind="cloudflare-tunnel", title="Cloudflare tunnel token", severity=C, pattern=r"\b(eyJhIjoi[A-Za-z0-9+/]{130,260}={0,2})(?:[^\w.]|$)"),
    Format(id="CLOUD", kind="cloud-key", title="DigitalOcean Spaces, Scaleway, Exoscale, Volcengine or Baidu key",
           pattern=r"\b(DO00[A-Z0-9]{16}|SCW[A-Z0-9]{17}|EXO[0-9a-f]{24}|AKLT[\w\-]{40,50}|bce-v3/ALTAK-[A-Za-z0-9]{21}/[0-9a-f]{40})\b"),
    Format(id="CLOUD", kind="yandex-token", title="Yandex OAuth token", proof=Proof.MIXED, pattern=r"\b(y[0-3]_[\w\-]{50,64})\b"),
    Format(id="CLOUD", kind="databricks-token", title="Databricks secret of a service", pattern=r"\b(dose[0-9a-f]{32})\b"),
    Format(id="CLOUD", kind="database-key", title="Neon, CockroachDB, Xata, Elastic, Confluent, Aiven or Nylas key",
           pattern=r"\b(napi_[a-z0-9]{64}|CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}|xau_[A-Za-z0-9]{36,60}|essu_[A-Za-z0-9+/]{40,200}={0,2}|cflt[A-Za-z0-9+/]{60}|aivenv1[\w+/]{40,300}={0,2}|nyk_v0_[A-Za-z0-9]{64})"),
    Format(id="CLOUD", kind="database-key", title="Tinybird or Convex key", pattern=r"\b(p\.eyJ1Ijoi?[\w\- ]{40,300}\.[\w\-]{43}|(?:prod|dev|preview):[\w\-]{4,60}\|eyJ2MiI6[\w+/=\-]{20,400})"),
)

PAYMENT_SERVICES = (
    Format(id="PAYMENT", kind="payment-key", title="Paddle, Polar, Midtrans, Xendit or Cashfree key", severity=C,
           pattern=r"\b(pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}|polar_(?:oat|pat|whs|at_[a-z]|rt_[a-z])_[\w]{30,60}|(?:SB-)?Mid-server-[\w\-]{22,30}|xnd_(?:production|development)_[A-Za-z0-9]{40,60}|cfsk_ma_(?:prod|test)_[0-9a-f]{32}_[0-9a-f]{8})\b"),
    Format(id="PAYMENT", kind="payment-key", title="Mercado Pago, SumUp, Pagar.me, Toss or WooCommerce key", severity=C,
           pattern=r"\b((?:APP_USR|TEST)-\d{12,16}-\d{6}-[0-9a-f]{32}-\d{6,10}|sup_sk_[A-Za-z0-9]{30,34}|ak_(?:live|test)_[A-Za-z0-9]{30}|(?:live|test)_g?sk_[A-Za-z0-9]{30,36}|c[sk]_[0-9a-f]{40})\b"),
    Format(id="PAYMENT", kind="payment-key", title="Checkout.com key", pattern=r"\b(sk_(?:sbox_)?[a-z2-7]{26}[a-z2-7*#$=])(?:[^\w]|$)"),
    Format(id="PAYMENT", kind="adyen-key", title="Adyen key", severity=C, pattern=r"\b(AQE[a-z][A-Za-z0-9+/]{60,140}-[A-Za-z0-9+/=]{30,60}-[^\s\"']{10,40})"),
)

MESSAGING_SERVICES = (
    Format(id="SLACK", kind="slack-token", title="Slack session", pattern=r"\b(xoxd-[A-Za-z0-9%+/]{80,300})"),
    Format(id="WEBHOOK", kind="webhook", title="webhook address of a flow", severity=M,
           pattern=r"(?i)\b((?:hooks\.zapier\.com/hooks/catch/\d{4,12}/[a-z0-9]{5,12}|hook(?:\.\w{2,4})?\.(?:make|integromat)\.com/[a-z0-9]{32}|maker\.ifttt\.com/trigger/[\w\-]{1,60}/(?:json/)?with/key/[\w\-]{20,60}|[\w\-]{1,60}\.tines\.(?:com|io)/webhook/[0-9a-f]{32}/[0-9a-f]{32}|events\.pagerduty\.com/integration/[0-9a-f]{32}))"),
    Format(id="WEBHOOK", kind="webhook", title="webhook address of a chat", severity=M,
           pattern=rf"(?i)\b(open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/{UUID}|oapi\.dingtalk\.com/robot/send\?access_token=[0-9a-f]{{64}}|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key={UUID}|chat\.googleapis\.com/v1/spaces/[\w\-]{{6,20}}/messages\?key=[\w\-]{{30,50}}&(?:amp;)?token=[\w\-%]{{30,60}})"),
    Format(id="WEBHOOK", kind="webhook", title="address of a logic app", severity=M,
           pattern=r"(?i)\b(?:logic\.azure\.com|powerplatform\.com|powerautomate\.com)(?::\d{2,5})?/[^\s\"'<>]{20,400}&sig=([\w\-]{40,50})"),
    Format(id="SOCIAL", kind="social-token", title="LinkedIn, VK or Threads token",
           pattern=r"\b(WPL_AP\d\.[A-Za-z0-9]{10,20}\.[A-Za-z0-9+/]{4,14}={0,2}|vk1\.a\.[\w\-]{80,260}|THAA[A-Za-z0-9]{80,300})"),
    Format(id="MAIL", kind="mail-key", title="MailerSend, OneSignal, Klaviyo or Telnyx key",
           pattern=r"\b(mlsn\.[0-9a-f]{64}|os_v2_(?:app|org)_[a-z0-9]{90,120}|pk_[0-9a-f]{34}|KEY[0-9A-Z]{32}_[A-Za-z0-9]{22})\b"),
    Format(id="MESSAGE", kind="realtime-key", title="PubNub secret key", pattern=r"\b(sec-c-[A-Za-z0-9+/]{44,52}={0,2})"),
    Format(id="MESSAGE", kind="realtime-key", title="PubNub publish or subscribe key", severity=M, pattern=r"\b((?:pub|sub)-c-[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12})\b"),
    Format(id="MESSAGE", kind="realtime-key", title="Beamer key", proof=Proof.MIXED, pattern=r"\b(b_[A-Za-z0-9=_\-/]{44})(?:[^\w/\-]|$)"),
)

DELIVERY_SERVICES = (
    Format(id="REGISTRY", kind="registry-token", title="Packagist, Deno, Open VSX or Cloudsmith token",
           pattern=rf"\b(packagist_[a-z]{{2,4}}_[0-9a-f]{{40,72}}|dd[opw]_[A-Za-z0-9]{{36,40}}|ovsxp_{UUID}|ovsxat_[\w\-]{{36,48}})\b"),
    Format(id="CI", kind="ci-token", title="Buildkite token", pattern=r"\b(bk(?:ua|ct|at|aj|pt|rt)_[A-Za-z0-9]{40,64})\b"),
    Format(id="CI", kind="ci-token", title="TeamCity or Depot token",
           pattern=r"\b(eyJ0eXAiOiAiVENWMiJ9\.[\w\-]{30,60}\.[\w\-=]{30,80}|depot_(?:org|project|user|api)_[0-9a-f]{64})\b"),
    Format(id="INFRA", kind="cluster-token", title="Rancher, k3s or Docker Swarm token", severity=C,
           pattern=r"\b((?:token|kubeconfig-u)-[a-z0-9]{5,10}:[a-z0-9]{54}|K10[0-9a-f]{64}::[\w:\-]{2,40}:[0-9a-f]{32,64}|SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25})\b"),
    Format(id="INFRA", kind="network-key", title="Tailscale, NetBird or Defined Networking key", severity=C,
           pattern=r"\b(tskey-(?:[a-z]{3,8}-)?[A-Za-z0-9]{10,40}(?:-[A-Za-z0-9]{20,60})?|nbp_[A-Za-z0-9]{36}|dnkey-[A-Za-z0-9=_\-]{26}-[A-Za-z0-9=_\-]{52})\b"),
    Format(id="VAULT", kind="boundary-token", title="Boundary or Bitwarden token", severity=C,
           pattern=rf"\b(at_[A-Za-z0-9]{{10}}_s1[A-Za-z0-9]{{60,400}}|0\.{UUID}\.[A-Za-z0-9]{{30}}:[A-Za-z0-9+/]{{22}}={{0,2}})"),
    Format(id="HOSTING", kind="hosting-token", title="Vercel Blob, Supabase or Scalingo token", severity=C,
           pattern=r"\b(vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}|sbp_oauth_[0-9a-f]{40}|sb_temp_[\w\-]{28,40}|tk-us-[\w\-]{48})\b"),
    Format(id="HOSTING", kind="hosting-token", title="Appwrite or Sanity key", pattern=r"\b(standard_[0-9a-f]{256}|sk[A-Za-z0-9]{178,180})\b"),
)

APP_SERVICES = (
    Format(id="OBSERVE", kind="observability-token", title="Honeycomb, Axiom, Checkly, ConfigCat or Rootly key",
           pattern=rf"\b(hc[a-z]ik_[a-z0-9]{{58}}|xa[ap]t-{UUID}|cu_[0-9a-f]{{32}}|configcat-(?:sdk|proxy)-\d/[\w\-]{{22}}/[\w\-]{{22}}|rootly_[0-9a-f]{{64}})\b"),
    Format(id="OBSERVE", kind="observability-token", title="Statsig, GrowthBook, Flagsmith or Infracost key", proof=Proof.MIXED,
           pattern=r"\b((?:secret|console)-[A-Za-z0-9]{40,46}|secret_(?:admin|readonly|user)_[\w\-]{30,60}|ser\.[A-Za-z0-9]{22}|ico-[A-Za-z0-9]{32})\b"),
    Format(id="OBSERVE", kind="unleash-token", title="Unleash token", pattern=r"(?:^|[^\w])((?:\*|default):[\w\-]{1,40}\.[0-9a-f]{56,64})\b"),
    Format(id="QUALITY", kind="quality-token", title="Sourcegraph, Socket, Percy or Chromatic token",
           pattern=r"\b(sgp_(?:[a-fA-F0-9]{16}|local)_(?:local_)?[a-fA-F0-9]{40}|sktsec_[\w\-]{36,60}|(?:web|auto|vmw)_[0-9a-f]{64}|chpt_[0-9a-f]{12,15})\b"),
    Format(id="QUALITY", kind="quality-token", title="Endor, StackHawk, Dependency-Track or Nightfall key",
           pattern=r"\b(endr\+[\w\-]{16}|hawk\.[\w\-]{20}\.[\w\-]{20}|odt_[A-Za-z0-9]{32,48}|NF-[A-Za-z0-9]{32}|AIK_CI_[\w\-]{30,80})\b"),
    Format(id="WORKPLACE", kind="workplace-token", title="Linear webhook, dbt, Retool, Metabase or Asana token",
           pattern=r"\b(lin_wh_[A-Za-z0-9]{32,64}|dbt[cu]_[\w\-]{33,60}|retool_01[a-z0-9]{24}|mb_[A-Za-z0-9+/]{43}=|2/\d{16}(?:/\d{16})?:[0-9a-f]{32}|hxt[pw]_[0-9a-f]{60,140})"),
    Format(id="WORKPLACE", kind="workplace-token", title="ClickUp, Trello, Salesforce or Zoho token",
           pattern=r"\b(pk_\d{5,9}_[A-Z0-9]{32}|ATTA[0-9a-f]{64}[A-F0-9]{8}|00D[A-Za-z0-9]{12,15}![\w.]{80,120}|1000\.[0-9a-f]{32}\.[0-9a-f]{32})"),
    Format(id="WORKPLACE", kind="workplace-token", title="Intercom, Miro, Canva, Cal.com or Dropbox token",
           pattern=r"\b(dG9rO[A-Za-z0-9+/_\-]{50,56}={0,2}|eyJtaXJvLm9yaWdpbiI6[A-Za-z0-9]{8,20}_[\w\-]{27}|cnvca[\w\-]{50,60}|cal_(?:live_|test_)?[0-9a-f]{32}|sl\.u\.[\w\-]{100,1000})"),
    Format(id="TOOLS", kind="tools-token", title="Postman, Wakatime, Val Town, Pangea or GitBook token",
           pattern=rf"\b(PMAT-[0-9A-Z]{{26}}|waka_{UUID}|vtwn_[A-Za-z0-9]{{26,32}}|pt[sp]_[a-z0-9]{{32}}|gb_api_[A-Za-z0-9]{{36,48}}|alcht_[A-Za-z0-9]{{30}}|aio_[A-Za-z0-9]{{28}})\b"),
    Format(id="TOOLS", kind="tools-token", title="Trigger.dev, Inngest, Liveblocks, Onfido or Persona key",
           pattern=rf"\b(tr_(?:prod|dev|stg|preview|pat)_[A-Za-z0-9]{{20,48}}|signkey-[a-z]{{4,10}}-[0-9a-f]{{64}}|sk_(?:prod|dev)_[\w\-]{{40,80}}|api_(?:live|sandbox)(?:_[a-z]{{2}})?\.[\w\-]{{11}}\.[\w\-]{{32}}|persona_(?:production|sandbox)_{UUID})\b"),
    Format(id="TOOLS", kind="tools-token", title="Maxmind, 42, Pinterest, Zuplo, Vantage, Samsara, Stytch or Adapty key",
           pattern=r"\b([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk|s-s4t2(?:ud|af)-[0-9a-f]{64}|pina_[A-Z0-9]{60,200}|zpka_[0-9a-f]{32}_[0-9a-f]{8}|vntg_tkn_[0-9a-f]{40}|samsara_api_[A-Za-z0-9]{30}|secret-(?:live|test)-[\w\-]{36}=|secret_live_[A-Za-z0-9.]{32,40})"),
    Format(id="TOOLS", kind="tools-token", title="Ionic, Flexport, Fleetbase, Ubidots, LogicMonitor or Oculus key",
           pattern=r"\b(ion_[A-Za-z0-9]{42}|shltm_[\w\-]{40}|flb_(?:live|test)_[A-Za-z0-9]{20}|BB(?:FF|US)-[A-Za-z0-9]{30}|lm[ab]_[A-Za-z0-9+/=]{60,140}|OC\|\d{12,18}\|[A-Za-z0-9_\-]{20,60})"),
)

SERVICE_FORMATS = MODEL_SERVICES + CLOUD_SERVICES + PAYMENT_SERVICES + MESSAGING_SERVICES + DELIVERY_SERVICES + APP_SERVICES
