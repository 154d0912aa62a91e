"""Generic secrets: a name that says "secret" given a value that looks like one, and vendor names beside random values."""

from __future__ import annotations

import functools
import re

from sensor.detectors.randomness import entropy, is_hash_or_uuid, is_placeholder, is_wordlike, looks_random

# A text that gives the same value to the same name over and over is judged once, and a text is read to be judged and to be redacted.
REMEMBERED = 256
NAME = (
    r"(?i)([\w.\-\[\]]{0,40}(?:passw(?:or)?d|passphrase|passcode|pwd|secret|token|api[_.\- ]?key|apikey|access[_.\- ]?key|auth[_.\- ]?key"
    r"|(?:db|database|priv|client|deploy|bot|user|admin|host|storage|cos|hmac)[_.\- ]?key"
    r"|(?:db|database|key|user|root|admin|mysql|ftp|smtp|mail|ssh|login)_?pass"
    r"|contrase(?:n|ñ)a|passwort|kennwort|mot_?de_?passe|senha|wachtwoord"
    r"|private[_.\- ]?key|encryption[_.\- ]?key|signing[_.\- ]?key|master[_.\- ]?key|account[_.\- ]?key|credentials?|client[_.\- ]?secret"
    r"|_pass|_pw|_pat|_auth|_psk|secret[_.\- ]?key|license[_.\- ]?key|service[_.\- ]?key|app[_.\- ]?key|hmac)[\w.\-]{0,24})"
)
GIVES = r"[\"'`\]]{0,2}(?:\[\w{0,6}\])?\)?\s{0,4}(?:=>|:=|===?|=|:|->|<-|,|\?=|\|\|=|!==?|>| is | as )\s{0,4}"
GIVES_QUOTED = r"(?:\\{0,2}[\"'`\]]){0,2}(?:\[\w{0,6}\])?\)?\s{0,16}(?:=>|:=|===?|=|:|->|<-|,|\?=|\|\|=|!==?|\(| is | as |)\s{0,4}"
_WITHIN = r"(?:\"([^\"\r\n]{4,299}[^\"\\\r\n])\\{0,2}\"|'([^'\r\n]{4,299}[^'\\\r\n])\\{0,2}'|`([^`\r\n]{5,300})`)"  # JSON may stand in a text of JSON
QUOTED = NAME + GIVES_QUOTED + r"(?:[bruf]{1,2}|@|\(|\[|\\{1,2})?" + _WITHIN
BARE = NAME + GIVES + r"([^\s\"'`<]{8,300})"
OPTION = NAME.replace("(?i)", "(?i)(?:^|\\s)-{1,2}") + r"\s{1,4}[\"']?([^\s\"'`<|;&]{8,300})"

# A word for a key directly before a value of a machine's making, with or without a sign between them.
BESIDE = (
    r"(?i)(?:^|[^\w/.])([\w.\-]{0,40}?[_\-. ]?(?:api_?key|key(?:[_\-]?id)?|token|secret|access(?:[_\-]?id)?|private|pat|auth|pass(?:word)?))"
    r"[\"'\])]{0,3}[ \t]{0,3}(?:=>|:=|!?==?|:|[ \t]|-)"
    r"[ \t]{0,3}[\"'`]?([A-Za-z0-9_\-.+/=~!@]{15,200})(?:$|[\s\"'`,;)&}\]])"
)
COMPARED = (
    r"(?i)\b[\w.\-]{0,30}(?:secret|password|passwd|token|api_?key|private_?key)[\w]{0,12}\s{0,2}(?:!==?|===?)\s{0,2}[\"'`]([^\"'`\s]{5,80})[\"'`]"
    r"|[\"'`]([^\"'`\s]{5,80})[\"'`]\s{0,2}(?:!==?|===?)\s{0,2}[\w.\-]{0,30}(?:secret|password|passwd|token|api_?key|private_?key)[\w]{0,12}\b"
)
# Names of everything that has a key: only a value of a machine's making counts there.
PLAIN_NAMES = frozenset({"key", "access", "private", "auth", "pass", "pat"})
CREDENTIAL = (
    r"(?i)\b(?:network|basic|ps|usernamepassword|client|user)?credentials?"
    r"\s{0,2}\(\s{0,4}[\"'][^\"'\n]{1,80}[\"']\s{0,2},\s{0,4}[\"']([^\"'\n]{6,80})[\"']"
)
# Names of public values: digests, versions, places.
PUBLIC_NAME = re.compile(
    r"(?i)public|sha\d|commit|digest|integrity|hash|checksum|revision|version|cache|primary|foreign|uuid|path|file|url|deploy_key_id|request")

# The public half of a pair of keys: worth a note, as the other half is rarely far.
KEY_ID = re.compile(r"(?i)(?:access|key)[_\-]?(?:key[_\-]?)?id$")
PASSPHRASE = re.compile(r"^[a-z]{3,9}(?: [a-z]{3,9}){3,6}$")
EXACT_NAME = re.compile(r"(?i)(?:^|[_.\-\[])(?:password|passwd|pwd|passphrase|secret|\w*password)\]?$")
PASSWORD_NAME = re.compile(r"(?i)pass|pwd|_pw\b|secret")
# Names that end like a secret but hold something else.
HARMLESS_NAME = re.compile(
    r"(?i)(?:public|pub|primary|foreign|sort|partition|row|cache|index|object|hash|map|dict|cell|hot|group|field|column|"
    r"storage|state|query|i18n|translation)[_.\-]?key|"
    r"key[_.\-]?(?:name|id|path|file|type|size|length|alias|vault|code|ring|store|word)|"
    r"token[_.\-]?(?:type|count|limit|url|uri|endpoint|name|id|length|"
    r"expir\w*|ttl|budget|izer|usage|path|file|address|symbol|kind|class)|tokens\b|max[_.\-]?token|"
    r"_pat(?:tern|h|ch)|key[_.\-]?algo\w*|(?:request|action)[_.\-]?token|"
    r"secret[_.\-]?(?:name|ref|id|path|arn|version|file|manager|store|mount)|"
    r"pass(?:word)?[_.\-]?(?:field|input|label|hint|reset|policy|hash|file|prompt|strength|min|max|length|error|rules?|"
    r"confirm\w*|placeholder|regex|env|url)|"
    r"(?:csrf|next|page|pagination|cancel\w*|sync|continuation|cursor|syntax|token)[_.\-]?token|author|authority|"
    r"hash(?:ed)?[_.\-]?pass|integrity|checksum|"
    r"credentials?[_.\-]?(?:id|name|type|path|file|provider|helper)"
)
HASH_NAME = re.compile(r"(?i)sha\d*|commit|digest|md5|revision|etag|nonce|[gu]uid|hash|fingerprint|_id$|integrity")
# A pattern is written where a secret has letters: escapes, classes, groups.
REGEX_VALUE = re.compile(r"\\[.(|wdSKCz{<]|\[\^|\(\?|\][*+]|\[[a0]-[z9]|\.[*+]|\(#")
DOTTED = re.compile(r"^\w+(?:\.\w+)+$")
CODE_VALUE = re.compile(
    r"^[\w.:\->!&*]*\w[\])]?\(|^[\w.]+\[|=>|\s[=+?]\s|^(?:https?|file|ftp)://|^(?:\.{0,2}/|~/|[A-Za-z]:\\)|^\$|^@|^#|^[{<%]|^\w+://\w+[\w./\-]*$|^arn:")

VENDORS = (
    "abuseipdb|bitcoinaverage|courier|coveralls|aws|dd|gcp|hashicorp|nexmo|netatmo|nylas|openweather|paloalto|payfast|quandl|rubygems|sparkpost|"
    "tencent|vault|zenscrape|adafruit|adobe|airbrake|aiven|alchemy|algolia|amplitude|anypoint|apify|apollo|appcues|appdynamics|asana|assemblyai|"
    "atlassian|auth0|autodesk|azure|bannerbear|baremetrics|beamer|bitbucket|bitfinex|bitly|blazemeter|blynk|borgbase|box|brandfetch|browserstack|"
    "budibase|bugsnag|buildkite|buttercms|calendly|cannyio|chargebee|checkout|circle[\\s_\\-]?ci|clearbit|clickup|cloudant|cloudflare|cloudinary|"
    "cloudsmith|codacy|codeclimate|codecov|cohere|coinbase|coinlib|confluent|contentful|convertkit|crowdin|customerio|datadog|deepgram|deepl|"
    "detectlanguage|digitalocean|discord|disqus|docusign|doppler|dotdigital|droneci|dropbox|duffel|dynatrace|easypost|elastic|etherscan|etsy|"
    "eventbrite|facebook|fastly|figma|finicity|firebase|flickr|fleetbase|freshbooks|freshdesk|front|gitea|github|gitlab|gitter|google|grafana|"
    "gumroad|guardian|happyscribe|harvest|helpscout|hellosign|heroku|hetzner|hiveage|hubspot|hunter|ibm|imagekit|infura|instagram|intercom|ipapi|"
    "ipdata|ipgeolocation|ipinfo|ipstack|jfrog|jira|jotform|jumpcloud|keen|klaviyo|kraken|kucoin|kickbox|langchain|languagelayer|launchdarkly|"
    "linear|linode|linkedin|lob|locationiq|logz|looker|mailchimp|mailerlite|mailgun|mailjet|mailmodo|mandrill|mapbox|mapquest|mattermost|maxmind|"
    "messagebird|microsoft|miro|mistral|mixpanel|moengage|mongo(?:db)?|monday|mux|nasdaq|netlify|newrelic|new[\\s_\\-]relic|newsapi|ngrok|notion|"
    "npm|okta|onesignal|openai|opencage|opsgenie|openweather(?:map)?|optimizely|pagerduty|pagarme|paypal|paystack|pendo|pingdom|pipedrive|"
    "pivotal|plaid|planetscale|polygon|postageapp|posthog|postmark|pubnub|pulumi|pusher|rapidapi|raygun|readme|recaptcha|render|replicate|"
    "ringcentral|rollbar|salesforce|sauce[\\s_\\-]?labs|scaleway|scrapingbee|scrapfly|securitytrails|segment|semaphore|sendbird|sendgrid|"
    "sendinblue|sentry|shippo|shodan|shopify|shortcut|shutterstock|signalwire|slack|smartsheet|snyk|softlayer|sonar(?:cloud|qube)?|splunk|"
    "spotify|square(?:up|space)?|statuspage|storyblok|strava|stripe|stytch|sumo[\\s_\\-]?logic|supabase|surveymonkey|tailscale|teamcity|telegram|"
    "telnyx|ticketmaster|tiingo|todoist|toggl|travis|trello|twilio|twitch|twitter|typeform|unsplash|uploadcare|vercel|virustotal|voicegain|"
    "vonage|vultr|wakatime|weatherapi|weatherbit|webflow|webex|wistia|wordnik|yandex|youtube|zapier|zendesk|zerobounce|zeplin|zoho|zoom|"
    "abstractapi|abyssale|accuweather|adzuna|aeroworkflow|agora|aha|airship|airtable|airvisual|alegra|alibaba|allsports|amadeus|ambee|"
    "api2cart|apideck|apiflash|apilayer|apimatic|apitemplate|appfollow|appointedd|appoptics|appsflyer|appsynergy|apptivo|artifactory|artsy|atera|"
    "audd|autoklose|autopilot|avazapersonal|aviationstack|aylien|ayrshare|axonaut|axiom|besnappy|besttime|billomat|bitbar|bitmex|blitapp|"
    "bombbomb|boostnote|braintree|browshot|bscscan|bugherd|bulksms|caflou|campayn|capsulecrm|captaindata|caspio|censys|cexio|chartmogul|chatfule|"
    "checio|checklyhq|checkvist|cicero|clarifai|clickhelp|clicksend|cliengo|clientary|clinchpad|clockify|clockworksms|closecrm|cloudconvert|"
    "cloudelements|cloudimage|cloudmersive|cloudplan|cloverly|cloze|clustdoc|coda|codemagic|codequiry|coinapi|commercejs|companyhub|"
    "conversiontools|convertapi|convier|couchbase|countrylayer|craftmypdf|currencycloud|currencyfreaks|currencylayer|currencyscoop|d7network|"
    "dailyco|dandelion|dareboost|databox|databricks|datagov|deepai|delighted|demio|deputy|detectify|dfuse|diffbot|diggernaut|docparser|documo|"
    "dovico|dronahq|duply|dwolla|dyspatch|edamam|edenai|eightxeight|elasticemail|elevenlabs|enablex|endorlabs|enigma|envoy|eraser|ethplorer|"
    "everhour|exchangerate|facepp|faceplusplus|fastforex|fetchrss|fibery|fileio|finage|financialmodelingprep|findl|finnhub|fixer|flatio|flexport|"
    "flightapi|flightlabs|flightstats|flowflu|flutterwave|fmfw|formbucket|formcraft|formio|formsite|foursquare|fullstory|fxmarket|gengo|geoapify|"
    "geocode|geocodify|geocodio|geoipifi|getgeoapi|getgist|getresponse|glassnode|gocanvas|gocardless|goodday|graphcms|graphhopper|groovehq|"
    "gyazo|happi|harness|helpcrunch|honeycomb|hotjar|html2pdf|hypertrack|hybiscus|iconfinder|iexcloud|imagga|infobip|insightly|"
    "integromat|intra42|intrinio|invoiceocean|ipify|ipquality|ironclad|jumpseller|juro|kairos|karmacrm|keycdn|kinde|knapsackpro|kontent|kylas|"
    "lambdatest|larksuite|leadfeeder|lemlist|lemonsqueezy|lendflow|lessannoyingcrm|lexigram|lineapi|linemessaging|linenotify|liveagent|livestorm|"
    "lokalise|loginradius|loyverse|lunchmoney|luno|m3o|macaddress|madkudu|magicbell|mailboxlayer|mailsac|malshare|marketstack|matterport|"
    "mavenlink|maxcdn|mediastack|meistertask|meraki|mesibo|metaapi|metabase|metrilo|microstack|mindmeister|mite|mockaroo|moonclerk|moosend|"
    "moralis|moxtra|mrticktock|myexperiment|myfreshworks|myintervals|nanonets|ncr|neptune|netcore|neutrinoapi|nethunt|newscatcher|nextmv|nftport|"
    "nicereply|nightfall|noticeable|nozbe|numverify|nutritionix|oanda|onbuka|onedesk|onelogin|onepagecrm|onfleet|oopspam|openuv|optidash|"
    "oura|owlbot|packagecloud|pandadoc|pandascore|paperform|paralleldots|parsehub|parseur|partnerstack|passbase|pastebin|paymongo|paymo|paytm|"
    "pdflayer|pdfshift|peopledatalabs|pepipost|percy|pinata|pipedream|pixabay|planviewleankit|planyo|plivo|podio|pollsapi|poloniex|positionstack|"
    "postman|powrbot|prefect|prodpad|prospectcrm|protocolsio|proxycrawl|purestake|pushbullet|pushover|qase|qualaroo|qubole|quickbase|ramp|rawg|"
    "razorpay|reachmail|rebrandly|reallysimplesystems|refiner|rentman|repairshopr|restpack|revamp|roaring|rocketreach|roninapp|rownd|runrunit|"
    "salesblink|salescookie|salesflare|salesmate|satismeter|scalr|scrapeowl|scraperapi|scraperbox|scrapestack|scrapersite|screenshotapi|"
    "screenshotlayer|scrutinizer|sellfy|selectpdf|semantria|semgrep|serphouse|serpstack|sherpadesk|shipday|sigopt|sigmasms|simfin|simplesat|"
    "simplynoted|simvoly|sinch|sirv|skrappio|skybiometry|smooch|snipcart|sourcegraph|speechtext|splunkobservability|sportsmonk|spoonacular|"
    "sportradar|sqreen|stackhawk|statuscake|statuspal|stitchdata|stockdata|stormboard|stormglass|storecove|stripo|surveyanyplace|surveybot|"
    "surveysparrow|survicate|swiftype|tallyfy|tatum|taxjar|tavily|teamgate|teamworkcrm|technicalanalysis|telesign|templated|text2data|textmagic|"
    "theoddsapi|thinkific|thousandeyes|tickettailor|timecamp|timezoneapi|tineswebhook|tly|tmetric|tomtom|tradier|trufflehog|twelvedata|tyntec|"
    "ubidots|uclassify|unifyid|upcdatabase|uplead|upstash|uptimerobot|upwave|urlscan|userflow|userstack|vatlayer|vbout|veevavault|verimail|"
    "veriphone|versioneye|viewneo|visualcrossing|voodoosms|vouchery|vpnapi|vyte|walkscore|wandb|weatherstack|web3storage|webscraper|webscraping|"
    "weightsandbiases|wepay|whoxy|wiz|worksnaps|workstack|worldcoinindex|worldweather|wrike|xero|yelp|yext|youneedabudget|yousign|zenkit|"
    "zenrows|zenserp|zipapi|zipcodeapi|zipbooks|zonka|ably|appveyor|codefresh|cockroachdb|firecrawl|infisical|"
    "meilisearch|pinecone|qdrant|runpod|serpapi|typesense|weaviate|workos|xendit|zhipu"
)
BETWEEN = r"[^\n]{0,32}?(?:key|token|secret|pass|auth|cred|api|pat\b|pwd|access|private|client|bearer)[^\n]{0,32}?"
REGISTRY = re.compile(r"\d{12}\.dkr\.ecr\.[\w-]{1,40}\.amazonaws\.com(?:\.cn)?(?:[/:][\w./:-]{0,200})?")
VENDOR_VALUE = r"(?i)(?:^|[^a-z])(?:" + VENDORS + r")" + BETWEEN + r"[^\w\-.+/%@?]([a-z0-9_\-.~+/=]{20,200})(?:[^\w]|$)"


@functools.lru_cache(maxsize=REMEMBERED)
def is_assigned_secret(name: str, value: str, *, quoted: bool) -> bool:
    """Whether `name = value` gives away a secret. Quoted values may be human passwords; bare ones must look random."""
    value = value.strip() if quoted else value.rstrip(",;)}]")
    if (HARMLESS_NAME.search(name) and not _is_key_material(value)) or is_placeholder(value) or is_code(value):
        return False
    if value.lower() in name.lower() or (not value.isascii() and any(char.isalpha() and not char.isascii() for char in value)):
        return False
    if looks_random(value, minimum=12) and not (is_hash_or_uuid(value) and HASH_NAME.search(name)):
        return " " not in value
    if " " not in value and len({char for char in value if not char.isalnum() and char not in "_-./:,="}) >= (3 if quoted else 5):
        return len(value) >= 8 and entropy(value) >= 3.0 and any(map(str.isalnum, value))
    if not quoted or not PASSWORD_NAME.search(name):
        return False
    if " " in value:
        return PASSPHRASE.match(value) is not None and EXACT_NAME.search(name) is not None
    return _is_password(value)


def is_beside_secret(name: str, value: str) -> bool:
    """Whether a value after a word for a key may be one: digits and letters mixed, or one long run of either."""
    is_harmless = HARMLESS_NAME.search(name) and not KEY_ID.search(name) and not _is_key_material(value)
    if PUBLIC_NAME.search(name) or is_harmless or is_placeholder(value) or is_code(value) or "//" in value:
        return False
    if len(set(value)) < 6:
        return False
    if name.lower() in PLAIN_NAMES:
        return looks_random(value, minimum=24)
    digits, letters = sum(map(str.isdigit, value)), sum(map(str.isalpha, value))
    if digits >= 2 and letters >= 2:
        return True
    return digits == len(value) or (letters == len(value) >= 20 and not is_wordlike(value))


def is_code(value: str) -> bool:
    """Whether a value is a call, a path, an address, a pattern or a name of names. A name of names has no part that chance made."""
    if DOTTED.match(value):
        return not any(looks_random(part) and sum(map(str.isdigit, part)) >= 3 for part in value.split("."))
    return CODE_VALUE.search(value) is not None or REGEX_VALUE.search(value) is not None


def _is_key_material(value: str) -> bool:
    """Whether a value is random in both cases and digits: a name of something harmless does not make such a value harmless."""
    return (
        looks_random(value, minimum=30) and value.isascii() and not is_hash_or_uuid(value) and sum(map(str.isdigit, value)) >= 3
        and any(map(str.islower, value)) and any(map(str.isupper, value)) and entropy(value) >= 4.0
    )


def _is_password(value: str) -> bool:
    """A human password in code: at least six characters of two kinds, not an identifier, a format or a sentence."""
    if not 6 <= len(value) <= 80 or value.endswith((":", "?", ".", "=")):
        return False
    kinds = sum((any(map(str.islower, value)), any(map(str.isupper, value)), any(map(str.isdigit, value)),
                 any(not char.isalnum() and char not in "_-." for char in value)))
    if kinds < 2 or entropy(value) < 2.2:
        return False
    return any(map(str.isdigit, value)) or (kinds >= 3 and not is_wordlike(value))


def is_vendor_value(value: str) -> bool:
    """Whether a value beside a vendor's name and a word for a key can be that key."""
    if is_placeholder(value) or is_code(value) or REGISTRY.fullmatch(value) or ("/" in value[:-4] and not looks_random(value.replace("/", ""), minimum=36)):
        return False
    return looks_random(value, minimum=20) and sum(map(str.isdigit, value)) >= 2
