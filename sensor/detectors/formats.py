"""Secret formats by vendor, first table: code hosts, model vendors, clouds, payment, keys and addresses.

`pattern` stays in the RE2 subset; group 1, where there is one, is the secret itself. `anchor` marks formats whose
literal prefix alone proves the kind; the others must also look random. Formats come from the vendors' public
documentation.
"""

from __future__ import annotations

import enum

from sensor.model.calls import Value
from sensor.model.findings import Severity


class Proof(enum.Enum):
    """What besides the pattern must hold before a match counts."""

    SHAPE = "shape"
    RANDOM = "random"
    GITHUB_CRC = "github_crc"
    JWT = "jwt"
    URL_PASSWORD = "url_password"
    KEY_BLOCK = "key_block"
    CODED_BLOCK = "coded_block"
    BASIC = "basic"
    WORDS = "words"
    MIXED = "mixed"
    DIGITS = "digits"
    PLACE = "place"
    SAID = "said"
    TABLE = "table"
    SECRET_DATA = "secret_data"
    WRAPPED = "wrapped"
    ROWS = "rows"
    IN_BASE64 = "in_base64"
    IN_HEX = "in_hex"
    IN_ESCAPES = "in_escapes"
    SPLIT = "split"


class Format(Value):
    """One kind of secret. `id` is the end of the rule id ("AWS" gives HR-SEC-AWS), `kind` the word in a redaction tag.

    One that is not `reported` is only redacted.
    """

    id: str
    kind: str
    title: str
    pattern: str
    severity: Severity = Severity.HIGH
    proof: Proof = Proof.RANDOM
    reported: bool = True


C, H, M = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM

CODE_HOSTS = (
    Format(id="GITHUB", kind="github-token", title="GitHub token", severity=C, proof=Proof.GITHUB_CRC,
           pattern=r"\b(gh[pousr]_[A-Za-z0-9]{36,251})\b"),
    Format(id="GITHUB", kind="github-token", title="GitHub fine-grained token", severity=C,
           pattern=r"\b(github_pat_[A-Za-z0-9_]{22,244})\b"),
    Format(id="GITHUB", kind="github-token", title="GitHub app token", severity=C,
           pattern=r"(?i)\bgithub[\w.\- ]{0,20}(?:token|key|secret|pat|pass|auth)[\w.\-]{0,10}[\"']?\s{0,3}(?:[=:]|:=|=>|,)\s{0,3}[\"']?((?:v1\.)?[0-9a-f]{40})\b"),
    Format(id="GITLAB", kind="gitlab-token", title="GitLab token", severity=C,
           pattern=r"\b((?:glpat|gldt|glft|glsoat|glrt|glffct|glrtr)-(?:[\w\-]{20,50}|[\w\-]{27,300}\.[0-9a-z]{2}\.?[0-9a-z]{7,9})|glcbt-(?:[0-9a-fA-F]{1,2}_)?[\w\-]{20,50}|glptt-[\w\-]{40}|glimt-[\w\-]{25}|glagent-[\w\-]{50,300}|gloas-[\w\-]{64}|GR1348941[\w\-]{20,50})(?:[^\w\-]|$)"),
    Format(id="GITLAB", kind="gitlab-token", title="GitLab session", pattern=r"_gitlab_session=([0-9a-z]{32})\b"),
    Format(id="BITBUCKET", kind="bitbucket-token", title="Bitbucket app password", severity=C,
           pattern=r"\b(ATBB[A-Za-z0-9]{32}|ATCTT3xFfG[\w\-=]{60,300})"),
    Format(id="ATLASSIAN", kind="atlassian-token", title="Atlassian API token", pattern=r"\b(ATATT3xFfG[\w\-=]{100,300})"),
)

MODEL_VENDORS = (
    Format(id="OPENAI", kind="openai-key", title="OpenAI key", severity=C,
           pattern=r"\b(sk-[\w\-]{10,200}T3BlbkFJ[\w\-]{10,200})"),
    Format(id="OPENAI", kind="openai-key", title="OpenAI key", severity=C,
           pattern=r"\b(sk-(?:proj|svcacct|service|admin|None)-[\w\-]{24,220})"),
    Format(id="ANTHROPIC", kind="anthropic-key", title="Anthropic key", severity=C,
           pattern=r"\b(sk-ant-(?:[a-z]{3,8}\d{0,2}-)?[\w\-]{24,140})"),
    Format(id="MODEL", kind="model-key", title="OpenRouter key", pattern=r"\b(sk-or-(?:v1-)?[0-9a-f]{40,64})\b"),
    Format(id="MODEL", kind="model-key", title="API key of the sk- family", pattern=r"\b(sk-[A-Za-z0-9]{32,64})\b"),
    Format(id="MODEL", kind="model-key", title="Groq key", pattern=r"\b(gsk_[A-Za-z0-9]{48,56})\b"),
    Format(id="MODEL", kind="model-key", title="xAI key", pattern=r"\b(xai-[A-Za-z0-9]{60,90})\b"),
    Format(id="MODEL", kind="model-key", title="Perplexity key", pattern=r"\b(pplx-[A-Za-z0-9]{40,56})\b"),
    Format(id="HUGGINGFACE", kind="huggingface-token", title="Hugging Face token",
           pattern=r"\b(hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z0-9]{34})\b"),
    Format(id="MODEL", kind="model-key", title="Replicate token", pattern=r"\b(r8_[A-Za-z0-9]{36,40})\b"),
    Format(id="MODEL", kind="model-key", title="Pinecone key", pattern=r"\b(pcsk_[A-Za-z0-9_]{40,90})\b"),
    Format(id="MODEL", kind="model-key", title="NVIDIA key", pattern=r"\b(nvapi-[\w\-]{60,80})"),
    Format(id="MODEL", kind="model-key", title="Fireworks key", pattern=r"\b(fw_[A-Za-z0-9]{22,28})\b"),
    Format(id="MODEL", kind="model-key", title="Cerebras key", pattern=r"\b(csk-[a-z0-9]{48})\b"),
    Format(id="MODEL", kind="model-key", title="LangSmith key", pattern=r"\b(ls(?:v2_(?:pt|sk)_|__)[0-9a-f]{32}(?:_[0-9a-f]{10})?)\b"),
    Format(id="MODEL", kind="model-key", title="Langfuse key", pattern=r"\b(sk-lf-[0-9a-f]{8}-[0-9a-f\-]{27})\b"),
    Format(id="MODEL", kind="model-key", title="Jina, Tavily or E2B key",
           pattern=r"\b(jina_[\w\-]{60}|tvly-(?:dev-|prod-)?[A-Za-z0-9\-]{30,50}|e2b_[0-9a-f]{40}|tgp_v1_[\w\-]{43}|voyage-[\w\-]{40,50}|pa-[\w\-]{43})\b"),
    Format(id="MODEL", kind="model-key", title="ElevenLabs key", pattern=r"\b(sk_[0-9a-f]{48})\b"),
)

CLOUDS = (
    Format(id="AWS", kind="aws-key-id", title="AWS access key id",
           pattern=r"\b((?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16})\b"),
    Format(id="AWS", kind="aws-secret-key", title="AWS secret key", severity=C, proof=Proof.DIGITS,
           pattern=r"(?i)\b(?:aws|amazon|amz|s3|secret|session)[\w.\-]{0,30}[\"']?\s{0,4}(?:[=:]|:=|=>|,|\bis\b)\s{0,4}[\"'`]?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"),
    Format(id="AWS", kind="aws-session-token", title="AWS session token", severity=C,
           pattern=r"(?i)\b(?:aws_?)?session_?token[\"']?\s{0,4}[=:]\s{0,4}[\"']?([A-Za-z0-9/+=]{100,1000})"),
    Format(id="AWS", kind="aws-bedrock-key", title="Amazon Bedrock key", severity=C,
           pattern=r"\b(ABSK[A-Za-z0-9+/]{100,400}={0,2}|ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{8,400}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[\w+/=]{0,400})"),
    Format(id="AWS", kind="aws-appsync-key", title="AWS AppSync or MWS key",
           pattern=r"\b(da2-[a-z0-9]{26}|amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b"),
    Format(id="GCP", kind="google-api-key", title="Google API key", pattern=r"\b(AIza[0-9A-Za-z_\-]{35})"),
    Format(id="GCP", kind="google-oauth-secret", title="Google OAuth client secret", severity=C, pattern=r"\b(GOCSPX-[\w\-]{28})"),
    Format(id="GCP", kind="google-oauth-token", title="Google OAuth token", pattern=r"\b(ya29\.[\w\-]{20,400})"),
    Format(id="GCP", kind="google-refresh-token", title="Google refresh token", pattern=r"(?:^|[^\w/])(1//0[\w\-]{40,120})"),
    Format(id="GCP", kind="google-service-account", title="Google service-account file", proof=Proof.SHAPE,
           pattern=r"(\\?\"type\\?\"\s{0,4}:\s{0,4}\\?\"service_account\\?\")"),
    Format(id="GCP", kind="google-client-file", title="Google client file", severity=M, proof=Proof.SHAPE,
           pattern=r"(\\?\"(?:auth_provider|client)_x509_cert_url\\?\"\s{0,4}:)"),
    Format(id="GCP", kind="firebase-key", title="Firebase messaging key", pattern=r"\b(AAAA[\w\-]{7}:[\w\-]{130,160})"),
    Format(id="AZURE", kind="azure-client-secret", title="Azure client secret", severity=C,
           pattern=r"(?:^|[^\w~.\-])([\w~.\-]{3}\dQ~[\w~.\-]{31,34})(?:[^\w~\-]|$)"),
    Format(id="AZURE", kind="azure-storage-key", title="Azure storage or service key", severity=C,
           pattern=r"(?i)(?:AccountKey|SharedAccessKey|AccessKey|SharedSecret)[\"']?\s{0,3}[=:]\s{0,3}[\"']?([A-Za-z0-9+/]{42,86}={1,2})"),
    Format(id="AZURE", kind="azure-service-key", title="Azure service key",
           pattern=r"\b([A-Za-z0-9+/]{33,76}(?:\+ASt|\+AMC|\+ACR|\+ASb|\+AEh|\+ARm|ACDb|AIoT|AzSe|AzFu|APIM|AzCa)[A-Za-z0-9+/\-]{5,12}={0,2})(?:[^\w+/]|$)"),
    Format(id="AZURE", kind="azure-sas", title="Azure shared-access signature",
           pattern=r"(?i)\bs(?:v|e|p)=[^\s\"']{4,300}&sig=([A-Za-z0-9%+/]{40,90}(?:%3D|=))"),
    Format(id="AZURE", kind="azure-devops-pat", title="Azure DevOps token", pattern=r"\b([A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})\b"),
    Format(id="CLOUD", kind="alibaba-key", title="Alibaba key id", pattern=r"\b(LTAI[A-Za-z0-9]{12,24})\b"),
    Format(id="CLOUD", kind="softlayer-key", title="SoftLayer key", pattern=r"(?i)\bapi\.softlayer\.com/(?:soap|xmlrpc|rest)/v3(?:\.\d)?/([a-z0-9]{64})"),
    Format(id="CLOUD", kind="mongodb-atlas-secret", title="MongoDB Atlas service account secret", severity=C, pattern=r"\b(mdb_sa_sk_[\w\-]{30,60})"),
    Format(id="CLOUD", kind="tencent-key", title="Tencent key id", pattern=r"\b(AKID[A-Za-z0-9]{32})\b"),
    Format(id="CLOUD", kind="digitalocean-token", title="DigitalOcean token", severity=C, pattern=r"\b(do[opr]_v1_[a-f0-9]{64})\b"),
    Format(id="CLOUD", kind="cloudflare-key", title="Cloudflare origin key", severity=C,
           pattern=r"\b(v1\.0-[0-9a-f]{24}-[0-9a-f]{140,150})\b"),
    Format(id="CLOUD", kind="yandex-key", title="Yandex key",
           pattern=r"\b(AQVN[\w\-]{35,38}|t1\.[\w\-]{20,300}\.[\w\-]{86}|YCA[\w\-]{37})\b"),
    Format(id="CLOUD", kind="databricks-token", title="Databricks token", pattern=r"\b(dapi[0-9a-f]{32}(?:-\d)?)\b"),
    Format(id="CLOUD", kind="planetscale-token", title="PlanetScale token", pattern=r"\b(pscale_(?:tkn|oauth|pw)_[\w.\-]{32,64})"),
    Format(id="CLOUD", kind="clickhouse-key", title="ClickHouse Cloud key", pattern=r"\b(4b1d[A-Za-z0-9]{38})\b"),
    Format(id="CLOUD", kind="snowflake-token", title="Snowflake token", pattern=r"\b(ver:\d-hint:\d{4,20}-ETMsDgAA[\w+/=\-]{40,400})"),
)

PAYMENT = (
    Format(id="STRIPE", kind="stripe-key", title="Stripe key", severity=C,
           pattern=r"\b((?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,110})\b"),
    Format(id="STRIPE", kind="stripe-webhook-secret", title="Stripe webhook secret", pattern=r"\b(whsec_[A-Za-z0-9+/]{28,64}={0,2})"),
    Format(id="PAYMENT", kind="square-token", title="Square token", severity=C,
           pattern=r"\b(sq0[a-z]{3}-[\w\-]{22,43})"),
    Format(id="PAYMENT", kind="square-token", title="Square access token", severity=C, pattern=r"\b(EAAA[A-Za-z0-9+/=\-_]{56,64})(?:[^\w+/=\-]|$)"),
    Format(id="PAYMENT", kind="paypal-token", title="PayPal or Braintree token", severity=C,
           pattern=r"\b(access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32})\b"),
    Format(id="PAYMENT", kind="adyen-key", title="Adyen key", severity=C, pattern=r"\b(AQE[a-z][\w+/=\-]{60,300}\.[^\s\"']{10,80})"),
    Format(id="PAYMENT", kind="payment-key", title="Razorpay, Flutterwave or Mollie key",
           pattern=r"\b(rzp_(?:live|test)_[A-Za-z0-9]{14}|FLW(?:SECK|PUBK)(?:_TEST)?-[0-9A-Za-z]{12,40}-X|live_[A-Za-z0-9]{30}|test_[A-Za-z0-9]{30})\b"),
    Format(id="PAYMENT", kind="plaid-token", title="Plaid token",
           pattern=r"\b(access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f\-]{27})\b"),
    Format(id="PAYMENT", kind="payment-key", title="GoCardless, Lob, Shippo, Duffel or EasyPost key",
           pattern=r"\b(live_[\w\-]{40}|(?:live|test)_(?:pub_)?[0-9a-f]{31,35}|shippo_(?:live|test)_[a-f0-9]{40}|duffel_(?:live|test)_[\w\-]{43})"),
    Format(id="PAYMENT", kind="payment-key", title="EasyPost key", pattern=r"(?:^|[^\w/+])(EZ[AT]K[A-Za-z0-9]{54})(?:[^\w/+]|$)"),
)

KEYS = (
    Format(id="PEM", kind="private-key", title="private key block", severity=C, proof=Proof.KEY_BLOCK,
           pattern=r"(-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:-{0,2}[\sA-Za-z0-9+/=\\:,.\"'()_@<>])*(?:-----END [A-Z0-9 ]{0,30}-----)?)"),
    Format(id="PEM", kind="private-key", title="SSH2 private key", severity=C, proof=Proof.KEY_BLOCK,
           pattern=r"(---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----[\sA-Za-z0-9+/=\\:\"'.@,()_\-]*)"),
    Format(id="PEM", kind="private-key", title="private key of a web key set", severity=C,
           pattern=r"\\?\"kty\\?\"\s{0,3}:\s{0,3}\\?\"(?:RSA|EC|OKP|oct)\\?\"[^{}]*?\\?\"[dk]\\?\"\s{0,3}:\s{0,3}\\?\"([\w\-]{22,1000})|\\?\"[dk]\\?\"\s{0,3}:\s{0,3}\\?\"([\w\-]{22,1000})\\?\"[^{}]*?\\?\"kty\\?\"\s{0,3}:"),
    Format(id="PEM", kind="private-key", title="private key in XML", severity=C, pattern=r"<D>\s{0,8}([A-Za-z0-9+/]{40,1000}={0,2})\s{0,8}</D>"),
    Format(id="PEM", kind="private-key", title="PuTTY private key", severity=C, proof=Proof.SHAPE,
           pattern=r"(PuTTY-User-Key-File-\d: (?s:.*?)Private-Lines: \d+\s+[A-Za-z0-9+/=\s]{20,1000})"),
    Format(id="PEM", kind="private-key", title="private key block in base64", severity=C, proof=Proof.CODED_BLOCK,
           pattern=r"\b(LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,1000}[A-Za-z0-9+/]*={0,2})"),
    Format(id="WRAPPED", kind="coded-token", title="token in base64", severity=C, proof=Proof.WRAPPED,
           pattern=r"(?:^|[^A-Za-z0-9+/=_\-])((?:Z2h[vsrpw]X|Z2l0aHViX3BhdF|Z2xwYXQt|QUtJQ|QVNJQ|eG94[YbcdeZ]|eGFwcC|QUl6Y|R09DU1BYL|c2stYW50L|c2stcHJva|c2tfbGl2ZV|cmtfbGl2ZV|bnBtX|cHlwaS|aGZf|aHZzL|U0cu|ZG9wX3Yx|ZGFwa|c2hwYXRf|Q0NJUEFUX|bGluX2Fwa|QVRBVFQz|ZXlK)[A-Za-z0-9+/_\-]{16,}={0,2})(?:[^A-Za-z0-9+/=]|$)"),
    Format(id="PEM", kind="age-key", title="age secret key", severity=C, proof=Proof.SHAPE,
           pattern=r"\b(AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})\b"),
    Format(id="PEM", kind="minisign-key", title="minisign or signify secret key", severity=C,
           pattern=r"(?i)(?:minisign|signify) (?:encrypted )?secret key\s{1,4}(RW[A-Za-z0-9+/=]{60,240})"),
    Format(id="PEM", kind="wireguard-key", title="WireGuard private key", severity=C,
           pattern=r"(?i)\b(?:private|preshared)key\s{0,3}=\s{0,3}([A-Za-z0-9+/]{43}=)"),
    Format(id="WALLET", kind="wallet-key", title="extended private wallet key", severity=C, pattern=r"\b([xyzt]prv[1-9A-HJ-NP-Za-km-z]{100,112})\b"),
    Format(id="WALLET", kind="wallet-words", title="words that restore a wallet", severity=C, proof=Proof.WORDS,
           pattern=r"(?i)\b(?:mnemonic|(?:seed|recovery|secret|backup)[_\- ]?phrase)\w{0,10}[\"'\])]{0,2}\s{0,3}(?:[=:,]|=>|\bis\b)\s{0,3}[\"'`]?((?:[a-z]{3,8} ){11,23}[a-z]{3,8})\b"),
    Format(id="WALLET", kind="wallet-key", title="wallet private key", severity=C,
           pattern=r"(?i)(?:eth|wallet|account|deployer|signer|mnemonic|private)[\w]{0,12}(?:private_?key|_key|_pk|key)[\"']?\s{0,4}[=:]\s{0,4}[\"']?((?:0x)?[0-9a-f]{64})\b"),
)

ADDRESSES = (
    Format(id="URL", kind="url-password", title="address with a password", proof=Proof.URL_PASSWORD,
           pattern=r"(?i)\b[a-z][a-z0-9+.\-]{1,30}://[^\s:/@\"'<>`{}\[\]|]{0,64}:([^\s@\"'<>`/|]{3,160})@[\w.\-\[{$<%]"),
    Format(id="JWT", kind="jwt", title="JSON web token", severity=M, proof=Proof.JWT,
           pattern=r"(?:^|[^A-Za-z0-9_\-.])((?:ey[AIJ]|ew[o0])[A-Za-z0-9_\-=]{8,1000}\.(?:ey|Zey|ew[o0])[A-Za-z0-9_\-/=]{8,1000}(?:\.[A-Za-z0-9_\-/+=]{0,1000})?)"),
    Format(id="JWT", kind="jwt", title="encrypted JSON web token", severity=M, proof=Proof.JWT,
           pattern=r"(?:^|[^A-Za-z0-9_\-.])(ey[JI][A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]*\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{16,60})"),
    Format(id="JWT", kind="paseto", title="platform-agnostic security token", severity=M, pattern=r"\b(v[1-4]\.(?:local|public)\.[\w\-]{40,1000}(?:\.[\w\-]{1,400})?)"),
    Format(id="HASH", kind="nt-hash", title="password hash of Windows", severity=M, pattern=r"(?i)[\w.$\-]{1,40}:\d{1,7}:[0-9a-f]{32}:([0-9a-f]{32}):::"),
    Format(id="HASH", kind="maven-password", title="encrypted Maven password", severity=M, proof=Proof.SHAPE,
           pattern=r"(?i)<(?:master|password|passphrase)>\s{0,8}(\\?\{[a-z0-9+/=]{16,200}\\?\})\s{0,8}</"),
    Format(id="HASH", kind="password-hash", title="password hash", severity=M,
           pattern=r"(?:^|[^\w$])(\$(?:1|5|6|7|y|gy|apr1|2[abxy]?|sha1|md5|argon2(?:id|i|d)|pbkdf2(?:-sha\d{1,3})?|scrypt|krb5\w{2,8}|DCC2|mysql\w*|P|H)\$[\w./+=,$@:*\-]{20,800})"),
    Format(id="AUTH", kind="authorization", title="authorization header", severity=M,
           pattern=r"(?i)\b(?:proxy-)?authori[sz]ation[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?(?:bearer|token|bot|apikey|api-key|key)\s{1,3}[\"'`]?([\w\-.~+/=]{16,1000})"),
    Format(id="AUTH", kind="authorization", title="basic authorization header", severity=M, proof=Proof.BASIC,
           pattern=r"(?i)\bauthori[sz]ation[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?basic\s{1,3}(?:[\"'`]\s{0,3}[+.]\s{0,3}[\"'`])?([A-Za-z0-9+/]{8,300}={0,2})"),
    Format(id="AUTH", kind="authorization", title="key header", severity=M,
           pattern=r"(?i)\b(?:x[\-_](?:api|auth|access|vault|consul|goog|rapidapi|amz|subscription|gitlab|private)[\w\-]{0,24}|private-token|api-key|circle-token|dd-api-key)[\"']?\s{0,3}[:]\s{0,3}[\"'`]?([\w\-.~+/=]{16,400})"),
    Format(id="AUTH", kind="bearer", title="bearer token", severity=M, pattern=r"\b[Bb]earer\s{1,3}([\w\-.~+/]{24,1000}=*)"),
)

FIRST_FORMATS = CODE_HOSTS + MODEL_VENDORS + CLOUDS + PAYMENT + KEYS + ADDRESSES
