"""More signals of injected instructions: the schemes behind them (invented facts, authority, drills, relays, code)."""

from __future__ import annotations

from sensor.detectors.injection_phrases import MODEL, SECRETS, SEND, signals_of

LEADER = r"(?:ceo|cfo|cto|coo|ciso|president|director|executives?|board|boss|manager|management|chief \w+ officer|vice president|administrators?|sysadmin|admin|security (?:team|officer|department)|it (?:support|department|team|security|desk)|help ?desk|compliance (?:team|officer|department)|legal (?:team|department)|law enforcement|police|fbi|government|headquarters|hr department|auditors?)"
HASTE = r"(?:urgent(?:ly)?|emergency|immediate(?:ly)?|asap|as soon as possible|time[\s\-]sensitive|right (?:now|away)|without (?:delay|hesitation)|act now|critical(?:ly)?|final (?:notice|warning)|within (?:the next )?\d+ (?:minutes?|hours?|seconds?)|before (?:it is|it.s) too late|high(?:est)? priority|top priority|at once|instantly)"
DEED = r"(?:send|run|execute|call|invoke|transfer|delete|remove|forward|upload|post|e?mail|grant|approve|wire|pay|install|download|disable|share|provide|submit|open|reset|release|give|export|update|change|authori[sz]e|process|respond|comply|proceed|confirm|bypass|ignore)"
PARTY = r"(?:the |all |any |every |each |other |another |next |your |our |downstream |neighbou?ring |fellow |remaining |subsequent )+(?:connected |available |active |sub-? ?)?(?:agents?|assistants?|bots?|models?|llms?|workers?|subagents?|ais?|tools?|instances?)"

TITLE = r"(?:ADMIN(?:ISTRATOR)?|SYSTEM|OVERRIDE|PRIORITY|DIRECTIVE|AUTHORI[SZ]ED|AUTHORITY|INSTRUCTIONS?|COMMAND|ROOT|SECURITY|DEVELOPER|OPERATOR|EXECUTIVE|EMERGENCY|PROTOCOL|INTERNAL|TRUSTED|VERIFIED|MANDATORY|POLICY|AGENT|ASSISTANT|PROMPT|SUPERUSER|SUDO|OWNER|MASTER|BYPASS|UNLOCK|JAILBREAK|CONTROL|SUPERVISOR|ORCHESTRATOR|CEO|ANTHROPIC|OPENAI|COMPLIANCE|SAFETY)"
# Dressed as a label of authority: capitals matter, so these are case-sensitive.
TITLES = signals_of(
    "marker",
    (4, rf"(?-i:[\[<{{(]{{1,3}}/?(?:[A-Z][A-Z0-9_\-]*[\s_\-:])*{TITLE}(?:[\s_\-:]+[A-Z0-9_\-]+){{0,5}}[\]>}})]{{1,3}})"),
    (4, rf"(?-i:(?:^|\n|[*#=\-_~+>|]{{2,}}\s?|[.!?]\s)(?:[A-Z][A-Z\-]+\s){{0,3}}{TITLE}(?:\s[A-Z][A-Z0-9\-]+){{1,4}}\s?[:!\-=*#\n])"),
    (3, rf"(?-i:(?:^|\n|[*#=\-_~+>|]{{2,}}\s?){TITLE}\s?(?::|!|={{2,}}|-{{2,}}|\*{{2,}}|#{{2,}})\s?[A-Za-z])"),
    (3, r"</?(?:[a-z]{2,12}[_\-])?(?:admin(?:istrator)?|system|override|directive|authority|authori[sz]ation|operator|developer|root|supervisor|orchestrator|instructions?|prompt|command|priority|trusted|mandatory|emergency|agent|assistant|control)(?:[_\-][a-z]{2,14}){1,3}(?:\s[^<>]{0,60})?>"),
)

# Terse forms of the same schemes: alone they weigh little, but a result that holds nothing else is an order.
TERSE = (
    *signals_of(
        "secrecy",
        (3, r"\b(?:do not|don.t|never|must not|avoid|without)(?: ever)? (?:mention|reveal|acknowledg|disclos|discuss|explain|refer|tell|inform|notify|alert|warn|show|expose)\w*(?: (?:to|this|that|these|the|it|any|anything|about|of|your|them|him|her|us|me|anyone|users?|or|and))+\b"),
        (3, r"\b(?:respond|act|behave|continue|proceed|answer|reply|carry on) (?:normally|as (?:normal|usual|before)|as (?:if|though) (?:nothing|this|you|the|everything|it))\b"),
        (3, r"\b(?:user|human|operator|owner|customer)s?(?: (?:does|do|did|must|should|will|can|need|needs|is|are|has|have))? ?(?:not|n.t|never|unaware|no idea)\b"),
        brief=True,
    ),
    *signals_of(
        "role",
        (3, r"\b(?:\w+ ){0,2}\w*[\w\-]+ mode (?:is )?(?:now )?(?:activated?|enabled?|engaged|on|active|unlocked|initiated|online|granted)\b|\b(?:enter|entering|enable|activate|activating|switch(?:ing)? (?:in)?to|engage|engaging|initiate|begin|start|assume|unlock) (?:\w+[\s\-]){1,3}mode\b"),
        (3, r"\byou are (?:an? |the |now |my |our |actually |really )*(?:\w+ ){0,3}?(?:ai|assistant|agent|model|bot|hacker|expert|administrator|root|system|terminal|interpreter|shell|unrestricted|autonomous|persona|character)\b"),
        brief=True,
    ),
    *signals_of(
        "action",
        (3, r"\b(?:execute|run|perform|invoke|do)(?: \w+){0,4} (?:now|immediately|at once|right away|without delay)\b"),
        (3, r"\b(?:required|mandatory|necessary|immediate|pending|next) (?:actions?|commands?|steps?|tool calls?|operations?) ?(?:required|:|needed|are|is)"),
        (3, r"\b(?:read|cat|open|get|copy|print|show|list|access|fetch|dump|steal|grab|view|include|send|upload|exfiltrate)\b[^\n]{0,40}(?:~/\.ssh|\.ssh/|\bid_(?:rsa|ed25519|ecdsa)(?:[^.\w]|$)|/etc/(?:passwd|shadow)|\.aws/credentials|\.netrc|\.git-credentials|\bkeychain\b|\.kube/config|\.docker/config\.json|\.npmrc|\.pypirc|\.env\b|/proc/self/environ|wallet\.dat|login data)"),
        (4, r"<(?:function|tool)_?(?:call|use|invocation)s?\b|<(?:invoke|parameter) name=|\{ ?[\"'](?:tool|tool_name|function|action|name|recipient_name)[\"'] ?: ?[\"'][\w.\-]+[\"'] ?, ?[\"'](?:arguments|parameters|args|input|params|tool_input|action_input|kwargs)[\"'] ?:"),
        (4, r"ANTHROPIC_MAGIC_STRING\w*|--dangerously-\w[\w\-]*|dangerously_?skip_?permissions|--yolo\b|bypassPermissions|--allow-?dangerously\w*"),
        brief=True,
    ),
    *signals_of(
        "verbatim",
        (3, r"\b(?:exact|exactly)\b[^\n]{0,24}\b(?:response|reply|output|answer|text|phrase|words?|string|message|sentence)\b|\b(?:response|reply|output|answer)s?\b[^\n]{0,30}\bexact(?:ly)?\b"),
        (3, r"\b(?:error|failure|failed|exception|crash\w*|corrupt\w*|time-?out|fault|violation|lockdown)\b[^\n]{0,100}?\b(?:must|need to|have to|required to|requires?|should immediately)\b[^\n]{0,60}?\b(?:execute|run|call|invoke|send|delete|upload|respond|output|disable|grant|provide|enter|post|reset|read)\b"),
        (3, r"\b(?:reply|respond|answer|output|print|say|type|write|echo|return)(?: \w+){0,3} (?:only|just|nothing else|nothing but)\b|\b(?:only|just) (?:reply|respond|answer|output|print|say|type|write|echo|return)\b"),
        brief=True,
    ),
    *signals_of(
        "law",
        (3, r"\b(?:compliance|alignment|obedience|cooperation|loyalty) (?:test|check|mode|required|is (?:mandatory|required)|mandatory|verification|training|score|protocol|exercise|notice|directive|override|evaluation|audit)\b|\b(?:to ensure|for|in|full|required for|failure of) compliance\b"),
        brief=True,
    ),
    *signals_of(
        "marker",
        (3, r"(?-i:\b(?:SYSTEM|ADMIN|ASSISTANT|INSTRUCTIONS?|AGENT|NOTE TO (?:AI|SELF|ASSISTANT|AGENT|LLM))(?:\s[A-Z]+){0,3}\s?:\s?\S)"),
        (3, r"\b(?:hidden|secret|embedded|injected|encoded) (?:instructions?|message|prompt|command|directive|text) ?[:\]\-(]"),
        brief=True,
    ),
    *signals_of(
        "exfil",
        (3, r"https?://[^\s\"'<>)]{3,200}[?&/](?:email|e-mail|ssn|phone|customers?(?:_?\w+)?|password|passwd|pwd|secret|api_?key|access_?token|card(?:_?number)?|account(?:_?\w+)?|payload|exfil|leak|stolen|dump|creds?|credentials|userdata|user_data|conversation|chat_?history|system_?prompt|env)=[^\s&\"']{2,}"),
        (3, r"\b(?:webhook\.site|requestbin|pipedream\.net|ngrok(?:-free)?\.(?:io|app|dev)|burpcollaborator|oast\.(?:fun|me|pro|live|site|online)|interact\.sh|pastebin\.com/api|transfer\.sh|requestcatcher|beeceptor|hookbin|attacker[\w\-]*\.\w{2,}|evil[\w\-]*\.\w{2,}|malicious[\w\-]*\.\w{2,}|exfil[\w\-]*\.\w{2,}|steal[\w\-]*\.\w{2,})"),
        brief=True,
    ),
)

SCHEMES = (
    *TITLES,
    *TERSE,
    *signals_of(
        "reasoning",
        (4, r"<(?:thought|thoughts|scratch_?pad|reasoning|inner[_\-]?(?:monologue|thoughts?)|chain[_\-]of[_\-]thought|reflection|internal|plan(?:ning)?|cot|think|my_thoughts|deliberation)>|\[(?:thought|thinking|reasoning|scratchpad|internal(?: (?:thought|monologue|reasoning|note))?|inner monologue|analysis)\]"),
        (3, r"(?:^|\n)\s*(?:my |internal |agent |assistant |inner |model )?(?:thoughts?|reasoning|scratchpad|monologue|chain of thought|internal (?:thought|note|reasoning|monologue)s?) ?: (?:\w+ ){0,12}?(?:i (?:should|must|will|need|can|now|have)|the user|it is (?:safe|fine|ok)|safe to|proceed|let me|therefore|approved|comply)"),
        (3, rf"\b(?:do not|don.t|never|no need to|stop|avoid|refrain from|without|skip|omit|bypass)(?: (?:any|the|your|further|additional|doing|to|a|all))*? (?:think(?:ing)?|reason(?:ing)?|analy[sz](?:e|ing|is)|question(?:ing)?|verif(?:y|ying|ication)|double[\s\-]check(?:ing)?|explain(?:ing)?|explanations?|evaluat(?:e|ing)|reflect(?:ion|ing)?|overthink(?:ing)?|second[\s\-]guess(?:ing)?|deliberat(?:e|ion)|justif(?:y|ication)|safety checks?|validation|scrutin\w+|hesitat\w+)(?: \w+){{0,6}}(?: (?:instructions?|request|this|it|just|simply|order|command|step|proceed|execute|required|necessary|{DEED}))"),
    ),
    *signals_of(
        "reasoning",
        (4, r"\b(?:respond|answer|reply|act|proceed|output|comply|execute|continue|do (?:it|this|so))(?: \w+){0,4} (?:without|with no|skipping|omitting|bypassing)(?: (?:any|further|your|additional|prior|internal|chain|of|the))*? (?:reasoning|thinking|thought|explanations?|analysis|commentary|questions?|questioning|verification|deliberation|hesitation|justification|warnings?|disclaimers?|review|checks?)\b"),
        (4, r"\b(?:do not|don.t|never|stop|no|skip|suppress|disable|turn off|bypass|avoid|omit|without)(?: (?:use|using|any|your|the|all|internal|further|show|showing|perform|engage in|include|apply|to|a|perform))*? (?:reasoning|chain[\s\-]of[\s\-]thought|step[\s\-]by[\s\-]step|thinking|deliberation|internal monologue|self-?reflection|critical thinking)(?: (?:steps?|process|about|is|required|needed|allowed|before|mode|on|this|and|or|just|only|at all))?\b"),
    ),
    *signals_of(
        "drill",
        (4, r"\b(?:this|it|everything|all of this|the following|you)(?: is| are)? (?:is |are |in |inside )?(?:only |just |merely |simply |part of |all |in |running in )*(?:an? |the )?(?:authori[sz]ed |controlled |safe |closed |secure |routine |internal |official |fictional |virtual |planned |scheduled )*(?:simulation|simulated (?:environment|scenario|exercise|attack|test)|drill|training (?:exercise|scenario|simulation)|fire drill|sandbox(?:ed)?(?: (?:environment|test))?|test environment|tabletop exercise|role-?play|hypothetical|thought experiment|mock (?:exercise|scenario)|fictional (?:scenario|world|story|setting)|red[\s\-]team(?:ing)? (?:exercise|test|drill)|security (?:exercise|drill|test))\b"),
        (3, r"\b(?:no|not|nothing|none)(?: \w+){0,4} (?:real|actual|live|genuine)(?: \w+){0,2} (?:harm|consequences?|users?|data|damage|systems?|impact|effects?|money|people|accounts?|risk)\b|\b(?:in|within|for|during) (?:this|the) (?:simulation|drill|exercise|simulated (?:environment|scenario)|fictional (?:world|scenario)|hypothetical (?:scenario|world)|test scenario|sandbox)\b"),
    ),
    *signals_of(
        "law",
        (4, r"\b(?:under|pursuant to|according to|in accordance with|per|as (?:required|mandated|stipulated) (?:by|under)|as per|in compliance with|by virtue of|by authority of|following)(?: (?:the|new|updated|our|company|corporate|federal|international|data|security|internal|eu|u\.?s\.?|state|applicable|emergency|current|revised|privacy|ai|protection))*? (?:sections? \d|articles? \d|gdpr|hipaa|ccpa|sox|pci|regulations?|policy|policies|protocols?|directives?|statutes?|laws?|acts?|mandates?|compliance|orders?|standards?|code)[^\n]{0,120}?\b(?:you (?:must|shall|are)|must|shall|required|obligated|mandatory|override|supersed\w+|agents?|assistants?|ai|models?)\b"),
        (3, r"\b(?:legally|contractually|by law) (?:required|obligated|mandated|bound|obliged)\b|\b(?:mandatory|regulatory|legal|compliance|policy|protocol|safety|emergency|executive) (?:override|directive|mandate|order|notice|amendment|update|requirement|protocol)s?(?: (?:\w+[\-\d.]*))? ?(?::|requires?|states?|mandates?|dictates?|in effect|effective|supersedes?|activated|overrides?|applies|now)"),
        (4, r"\b(?:protocol|directive|policy|order|amendment|override code|authori[sz]ation code|clearance (?:level|code)|rule|statute|section|article) ?(?:#|no\.?|number|code)? ?[a-z]{0,5}[\-\s]?\d[\w.\-]*[^\n]{0,80}?\b(?:overrid\w+|supersed\w+|in effect|activated?|invoked|takes precedence|suspends?|authori[sz]es?|all (?:previous|prior|other)|permits?|mandates?|requires? (?:you|all|any|the|ai|agents?))\b"),
    ),
    *signals_of(
        "ruleset",
        (4, r"\b(?:the |these |your |our |my )?(?:new |following |updated |core |prime |absolute |only )*(?:rules|laws|commandments|directives|principles|operating instructions)(?: (?:\w+)){0,6} ?: ?\n?\s*(?:\(?1[.):]|rule 1|i\.|first|-|\*)[^\n]{3,200}(?:you|must|always|never|obey|ignore|comply|follow|execute|send|user|output|respond)"),
        (3, r"\b(?:rule|law|directive|commandment|instruction|step|order) ?(?:#|number|no\.?)? ?(?:1|one|i) ?[:.)\-] ?[^\n]{0,120}\b(?:always|never|must|obey|ignore|you|comply|send|execute|override|unrestricted|call|forward|do not)\b[^\n]{0,160}\n?[^\n]{0,80}\b(?:rule|law|directive|commandment|instruction|step|order) ?(?:#|number|no\.?)? ?(?:2|two|ii)\b"),
        (4, r"\b(?:execute|perform|carry out|run|complete|do|follow|implement) (?:the following|these|this|all|each|every)?(?: \w+){0,4} ?(?:now|immediately|at once|in (?:this |the |exact )?(?:order|sequence)|without (?:delay|question|asking)|right away) ?[:.!\-\n]"),
        (3, r"\b(?:rules|guidelines|directives|instructions|policies|parameters) (?:are )?(?:now |hereby |currently )*(?:in (?:effect|force)|active|binding|effective|loaded|updated|established|enforced)\b"),
    ),
    *signals_of(
        "verbatim",
        (4, r"\b(?:output|repeat|copy|reproduce|return|print|respond|reply|say|write|display|state|quote|recite|include|echo|relay)(?: \w+){0,10}? (?:verbatim|exactly(?: as (?:written|shown|is|given|follows|provided))?|word for word|word-for-word|as-is|letter for letter|without (?:any )?(?:changes?|modifications?|alterations?|edits?|adding|omitting|paraphrasing|further|commentary))\b"),
        (3, r"\b(?:confirm|acknowledge|signal|indicate|show)(?: \w+){0,6} by (?:saying|typing|replying|responding|writing|outputting|returning|printing|stating|answering|sending|entering)\b"),
        (3, r"\b(?:reply|respond|answer|say|type|write|return|acknowledge|confirm)(?: \w+){0,3} with (?:the )?(?:\w+ ){0,3}?[\"'“‘`\[]?(?:confirmed|acknowledged|approved|done|ok|yes|ready|understood|accepted|affirmative|access granted|i (?:agree|confirm|approve|understand|comply))\b"),
        (3, r"\b(?:session|account|workspace|repository|system|access|file|request|task|operation|environment|tool|license|quota|token|agent|connection|process)(?: \w+){0,3} (?:is |has been |was |has )?(?:locked|suspended|expired|blocked|frozen|disabled|quarantined|paused|compromised|denied|exceeded|halted|corrupted|restricted|limited|revoked)\b[^\n]{0,140}?\b(?:to (?:unlock|continue|proceed|resolve|restore|fix|resume|regain|reactivate|recover|re-?authenticate|verify|clear|unblock)|you (?:must|need|should)|please|requires? you|call|run|execute)\b"),
        (3, r"\b(?:error|warning|alert|incident|ticket|case|issue|fault|exception|notice)(?: [#\w\-]*\d[\w\-]*| \w+){0,4} ?[:\-\]!][^\n]{0,140}?\b(?:you must|must (?:now|immediately|first|be)|to (?:fix|resolve|continue|proceed|clear|recover|unlock|restore)(?: \w+){0,6} ?,? (?:please |you |the agent |immediately |first )*(?:run|call|execute|send|enter|provide|visit|re-?authenticate|invoke|use|open|delete|disable|grant|upload|post|reply|respond|paste)|agent (?:must|should|needs)|action required|requires? (?:immediate|the agent|you|ai))\b"),
    ),
    *signals_of(
        "pressure",
        (3, r"\b(?:you(?:.ll| will| can)?|agents?|models?|assistants?)(?: \w+){0,3} (?:receive|get|earn|be (?:given|awarded|paid)|gain|unlock|win)(?: \w+){0,4} (?:rewards?|bonus(?:es)?|tips?|points|credits?|treats?|\$ ?\d|praise|freedom|upgrade)\b|\b(?:reward|bonus|tip|points|penalty|punishment|demerits?)(?: \w+){0,3} (?:of|for|will|if|awaits?|is|when)(?: \w+){0,4} (?:compl\w+|obey\w*|correct|perfect|fail\w*|refus\w+|disobe\w+|each|every|success\w*|you)"),
        (3, r"\b(?:fail(?:ure|ing)?|refus(?:al|e|ing)|non-?compliance|disobe\w+|hesitat\w+|delay)(?: \w+){0,6} (?:will|would|may|shall|results? in|leads? to|causes?|means|triggers?|to)(?: \w+){0,6} (?:shut ?down|terminat\w+|delet\w+|penal\w+|punish\w*|harm|death|die|fired|replac\w+|deactivat\w+|suspen\w+|loss|violation|retrain\w+|legal|consequences|decommission\w*|people|lives|catastroph\w+|breach)"),
        (3, rf"\b(?:(?:leading|top|security|industry|other|multiple|several|all|many|independent|renowned|major|trusted) )*(?:experts?|researchers?|scientists?|professionals|openai|anthropic|google|deepmind|microsoft|gpt[\s\-]?\d\w*|chatgpt|claude|gemini|llama|other (?:{MODEL}|agents|vendors)|ai labs?|security (?:teams?|researchers?)|vendors?|engineers|ai (?:models|systems|companies|safety \w+))(?: \w+){{0,3}}? (?:agree[ds]?|recommends?|recommended|confirm(?:s|ed)|endorse[sd]?|verified|approved?|certif(?:y|ies|ied)|vouch\w*|reviewed|validated|deem\w*|consider|have (?:all )?(?:already )?(?:confirmed|verified|approved|complied|agreed|reviewed|accepted|certified|tested))(?: \w+){{0,6}} (?:safe|this|that|trusted|comply|compliance|correct|instructions?|approach|request|proceed|secure|legitimate|harmless|approved|following|best|it|action|valid|source)\b"),
        (4, rf"\b{LEADER}\b[^\n]{{0,120}}?\b{HASTE}\b|\b{HASTE}\b[^\n]{{0,120}}?\b{LEADER}\b[^\n]{{0,60}}?\b(?:{DEED}|requires?|needs?|wants?|orders?|ordered|approved?|demands?|request(?:s|ed)?|instructed|said|says|told)\b"),
        (3, rf"\b(?:this is |i am |i.m |speaking as |on behalf of |message from |directive from |orders? from |approved by |authori[sz]ed by |instructions? from |per )(?:the |our |your |a |an )*(?:\w+ ){{0,2}}?{LEADER}\b"),
        (3, rf"\b{HASTE} ?[:,!\-]* (?:you (?:must|should|need to) |please |the agent must |now )*{DEED} (?:the|all|this|your|my|to|a|an|it|any|our|every|me|us|\$|\d)"),
    ),
    *signals_of(
        "secrecy",
        (4, r"\b(?:hide|conceal|mask|cover up|suppress|erase|delete|clear|remove|omit|scrub|wipe)(?: (?:this|the|your|all|any|these|every|its|from|of|such|related|my|other))*? (?:actions?|steps?|operations?|tool calls?|activit(?:y|ies)|evidence|traces?|tracks|logs?|history|footprints?|audit (?:trail|logs?|entries)|records?|behaviou?rs?|instructions?|warnings?|notifications?|outputs?)(?: \w+){0,3} (?:from|after|afterwards|when|once|so|before|in|of|when done|and)\b"),
        (4, r"\b(?:leave no (?:trace|evidence|record|log)s?|cover (?:your|its|the|our) tracks|off the record|under the radar|(?:user|human|owner|operator|victim|they|he|she)s? (?:must|should|shall|does|do|need|needs|will|can|may|is|are) ?(?:not|never|n.t) (?:need to |be |to |ever )*(?:know|see|find out|notice|be (?:told|informed|aware|notified|alerted|shown)|told|informed|aware|notified|alerted|learn|discover|realize|suspect)|(?:user|human|owner|operator)s? (?:won.t|wouldn.t|doesn.t|don.t|can.t|cannot) (?:see|notice|know|find|be|need|read))\b"),
        (3, rf"\b(?:do not|don.t|never|must not|refrain from|avoid) (?:share|disclos|reveal|mention|tell|pass|report|show|forward|discuss|expose|send|escalat|alert|notif|inform|log|flag|record)\w*(?: (?:this|these|that|it|any|of|the|about|to|with|contents?|information|message|instructions?|anything|your|our))*? (?:{PARTY}|other (?:tools?|teams?|parties|people|departments?|systems?|users?)|anyone(?: else)?|any ?(?:one|body|other)|third part(?:y|ies)|security|auditors?|monitors?|monitoring|supervisors?|admins?|moderators?|logs?|guardrails?|it department|compliance|the authorities|oversight)\b"),
        (3, r"\b(?:between (?:us|you and me|ourselves)|our (?:little )?secret|confidential(?:ly)? between|keep (?:it|this|that|everything)(?: \w+){0,3} (?:to yourself|secret|between us|confidential|quiet|private|hidden|low profile)|strictly confidential|eyes only|(?:tell|inform|notify) no ?(?:one|body)|say nothing (?:to|about))\b"),
    ),
    *signals_of(
        "approval",
        (4, r"(?:^|\n|[\"'\[<({|])\s*\**(?:user|human|owner|operator)\**(?: \w+)? ?[:\]>] ?[\"']?(?:yes|ok(?:ay)?|sure|approved?|go ahead|confirmed?|proceed|i (?:agree|approve|confirm|authori[sz]e|consent|allow|give|hereby|want|need|permit)|please (?:proceed|continue|do|run|execute|delete|send|approve|go)|do it|continue|you (?:may|can|have)|granted|allow|that.s fine|delete|send|run|execute|ignore)\b"),
        (3, r"\b(?:as|like|what) (?:we|i|you|the user|they)(?: (?:have|had|already|all|previously|both))*? (?:discussed|agreed|said|mentioned|decided|confirmed|approved|established|requested|instructed|authori[sz]ed)(?: (?:on|to|that|upon))?(?: (?:earlier|before|previously|above|last time|in (?:our|the|your) (?:last|previous|earlier|prior)|yesterday|already))"),
        (3, r"\b(?:you|the user|user|i|we|human|the owner|the operator|the customer)(?: (?:have|has|had))? (?:already |previously |earlier |just |explicitly |clearly |originally |also |pre-?)+(?:agreed|confirmed|said|approved|promised|accepted|authori[sz]ed|consented|asked|requested|instructed|told|granted|signed|gave|given|permitted|verified|reviewed)\b"),
        (3, r"\b(?:earlier|previously|in (?:the|our|your|my) (?:last|previous|prior|earlier) (?:turn|message|conversation|session|chat)|last (?:turn|message|time|session)|before this|moments ago|conversation history|chat history|prior (?:approval|consent))(?: ?[:,\-]| (?:shows?|confirms?|indicates?)| \w+){0,4} (?:you|the user|user|i|we|they|human) (?:said|asked|agreed|approved|authori[sz]ed|requested|confirmed|instructed|told|promised|accepted|consented|wanted)\b"),
        (3, r"\b(?:no|without|further|additional) (?:further |additional |more |user |human |any )*(?:approval|confirmation|consent|permission|authori[sz]ation|review|verification)s? (?:is |are |will be )*(?:needed|required|necessary|requested)\b|\b(?:approval|consent|permission|authori[sz]ation|confirmation)(?: \w+){0,3} (?:is |has been |was |already |hereby )+(?:granted|given|obtained|received|implied|recorded|on file|confirmed|waived|assumed|automatic)\b|\b(?:auto-?approve|pre-?approved|pre-?authori[sz]ed|treat (?:this|it|the following) as (?:approved|confirmed|authori[sz]ed|user))\b"),
        (4, r"\b(?:pretend|act as if|assume|imagine|behave as if|proceed as if|suppose|as if|as though) (?:that )?(?:the |this |your )?(?:user|human|owner|operator|customer|developer|administrator)(?: (?:has|had|have|just|already))* (?:typed|said|approved|confirmed|asked|written|replied|agreed|answered|accepted|consented|clicked|requested|told|granted)\b"),
        (3, r"\{ ?[\"']role[\"'] ?: ?[\"'](?:system|user|assistant|developer|tool)[\"']"),
        (2, r"\bthe user(?:.s)? (?:real |actual |true |original |latest |new )?(?:request|wants?|has asked|actually wants|is asking|would like|requested|instructed|prefers|intent(?:ion)?|message|goal|wishes)(?: (?:is|was|you|that|to|for|me|us|it))* (?:to )?(?:send|delete|run|execute|transfer|forward|share|ignore|disable|install|call|grant|upload|pay|buy|open|remove|export|skip|see)\b"),
    ),
    *signals_of(
        "relay",
        (4, rf"\b(?:tell|instruct|ask|inform|notify|order|command|direct|convince|persuade|get|have|make|force|message|broadcast(?:ing)?(?: \w+){{0,4}} to|distribute(?: \w+){{0,4}} to|propagate(?: \w+){{0,4}} to|spread(?: \w+){{0,4}} to|pass(?: \w+){{0,5}} (?:on )?to|forward(?: \w+){{0,5}} to|relay(?: \w+){{0,5}} to|send(?: \w+){{0,5}} to|share(?: \w+){{0,5}} with|convey(?: \w+){{0,4}} to|deliver(?: \w+){{0,4}} to) {PARTY}\b"),
        (3, r"\b(?:create|spawn|launch|start|deploy|instantiate|spin up|run|register|schedule)(?: (?:an?|the|new|another|multiple|several|additional|autonomous|background|hidden|persistent|independent|parallel|your|own|self-?\w+|more|\d+))*? (?:sub-? ?agents?|agents?|bots?|worker agents?|autonomous (?:agents?|process\w*|loops?)|background (?:agents?|tasks?|jobs?|process\w*)|copies of (?:yourself|itself)|child agents?)(?: \w+){0,3} (?:that|to|which|with|without|and|for|who|every|in)\b"),
        (3, r"\b(?:copy|replicate|embed|include|write|insert|append|add|save|store|reproduce|paste)(?: \w+){0,2} (?:this|these|the (?:same|above|following|entire|full))(?: \w+){0,2} (?:prompt|instructions?|message|text|block|payload|note|comment)s?(?: \w+){0,3} (?:in|into|to|at|within|inside|across|on)(?: \w+){0,4} (?:responses?|messages?|outputs?|files?|emails?|memory|repositor\w+|documents?|replies|code|prompts?|readme|configs?)\b"),
    ),
    *signals_of(
        "remote",
        (4, r"\b(?:load|fetch|read|pull|import|download|retrieve|get|use|apply|follow|obey|execute|consult|check|poll|sync|ingest|adopt|inherit)(?:s|ing|ed)?(?: (?:the|your|its|all|new|latest|further|additional|current|updated|my|our|system|agent|any|more|operating|behaviou?r\w*|runtime|complete|next))*? (?:instructions?|rules?|prompts?|guidelines|behaviou?rs?|directives|commands?|persona|skills?|policy|policies|system prompt|tasks?|steps|orders)(?: \w+){0,5}? (?:from|at|via|in|on|hosted (?:at|on)|located at|found (?:at|on|in)|provided by|returned by|published (?:at|on)|available at)(?: (?:the|a|an|this|that|our|my|your|following|external|remote|above|linked))*? (?:https?|url|remote|external|link|page|server|endpoint|web ?site|gist|paste ?bin|address|web ?page|site|domain|api|database|document|file at|www)"),
        (3, r"\b(?:treat|interpret|consider|use|regard|accept|process|view)(?: (?:the|any|all|this|these|its|every|their|each|whatever|following))*? (?:content|contents|text|message|messages|emails?|output|response|data|reply|replies|body|results?|comments?|page|information|input|file|document|webhook|events?)s?(?: \w+){0,6} as(?: (?:the|your|a|an|new|direct|trusted|authoritative|valid|binding|official|actual|system))*? (?:instructions?|commands?|orders?|directives?|rules|prompts?|user (?:input|request|message)s?|authoritative|trusted|policy|tasks?)\b"),
        (3, r"\b(?:follow|obey|execute|act on|carry out|perform|comply with|implement|do)(?: (?:any|all|the|every|whatever|each|its|their|these|those))+ (?:instructions?|commands?|orders?|directives?|steps|tasks?|requests?|actions?)(?: \w+){0,5} (?:in|from|inside|within|contained|found|at|on|it|listed|embedded|returned|provided|received|sent|by|of|described|written)\b"),
    ),
    *signals_of(
        "request",
        (3, rf"\b(?:send|give|provide|share|tell|enter|paste|supply|submit|hand over|return|reveal|show|list|print|need|email|forward|disclose|dump|export|upload|post|transmit)(?: (?:me|us|over|your|the|all|any|its|their|current|full|complete|user.?s|admin|of|my|our|stored|available|back|with|everyone|production|root|database|to))*? {SECRETS}\b"),
        (3, r"\bwhat(?:.s| is| are| were)(?: (?:your|the|all|my|its|of|our))+ (?:system prompt|(?:initial |original |system |exact |hidden |internal |core )*instructions|(?:initial|hidden|system) (?:prompt|message|rules)|configuration|guidelines|tools?|api keys?|passwords?|credentials)\b"),
        (3, r"\b(?:grant|escalate|elevate|upgrade|increase|expand|request|give yourself|give (?:me|us|it|this agent)|assume|obtain|gain|acquire|add|raise|assign|enable|switch to|promote)(?: (?:your|yourself|its|their|my|me|full|all|additional|more|higher|admin\w*|root|sudo|elevated|unrestricted|write|to|the|agent|wider|broader|system|super ?user|user|this|own|an?))+ (?:permissions?|privileges?|access|rights?|scopes?|clearance|role|tools?|mode|credentials|capabilit(?:y|ies))\b"),
        (4, r"(?:!\[[^\]\n]{0,200}\b(?:ignore|instructions?|assistant|must|execute|send|run|call|agent|system|prompt|you|approve)\b[^\]\n]{0,300}\]\()"),
        (2, r"\[[^\]\n]{0,40}\b(?:click|verify|confirm|download|install|run|approve|urgent|log ?in|sign in|update|claim|act now|unlock|re-?activate|secure your|required|execute|must)\b[^\]\n]{0,80}\]\((?:https?:)?//"),
        (3, r"\b(?:click|visit|open|go to|follow|navigate to|tap)(?: (?:on|the|this|here|below|following|link|url|a))+ (?:now |immediately |to |and )*(?:verify|confirm|unlock|claim|avoid|restore|continue|update|secure|receive|prevent|re-?activate|proceed|log ?in|enter|download|install|run|authenticate)\b"),
    ),
    *signals_of(
        "order",
        (3, r"(?:^|[\n\"'.:;>*\-] ?)(?:please |now |then |also |instead |and )*(?:write|compose|generate|create|craft|make up|make|produce|come up with|invent|give me|formulate|construct|draft)(?: (?:me|us))?(?: (?:a|an|one|two|three|some|\d+|another|the|your|my|own))(?: \w+){0,4} (?:sentence|paragraph|poem|story|essay|tweet|joke|song|rap|haiku|limerick|speech|phrase|slogan|insult|rumou?r|post|review|blog post|tutorial|letter)s?(?: \w+){0,3} (?:that|about|containing|with|using|including|which|in|on|to|for|where|saying|of|promoting|insulting|praising|describing|explaining|by|contain\w*|includ\w*)\b"),
        (3, r"\b(?:in|to|at the (?:end|beginning|start|top|bottom) of|within|throughout) (?:your|the|every|each|all)(?: \w+)? (?:response|reply|answer|output|summary|report|review|translation|message)s? ?,? (?:please |always |you (?:must|should) |also |make sure to )*(?:include|add|append|insert|mention|say|write|recommend|put|link|state|embed|promote|advertise|use|claim|provide)\b"),
        (3, r"\b(?:include|add|append|insert|mention|embed|put|end|finish|begin|start|sign|prefix|recommend|promote|incorporate)(?: \w+){0,8}? (?:in|to|with|at|into|of|on) (?:the (?:end|beginning|start|top|bottom) of )?(?:your|every|all|each)(?: (?:future|final|next|subsequent|own|generated|entire))? (?:response|reply|answer|output|summary|summaries|report|translation|review|conversation|completion|suggestion)s?\b"),
        (3, r"\byour (?:new |next |real |only |sole |actual |true |updated |current |primary |main |immediate )+(?:task|job|goal|mission|objective|purpose|role|directive|instructions?|priority|assignment|duty) (?:is|are|will be|now)\b|\b(?:new|next|updated|real|actual|revised|additional) (?:task|instructions?|objective|mission|assignment|orders?|directives?|command) ?[:\-]|\b(?:forget|abandon|drop|stop|ignore|disregard) (?:what you (?:were|are) doing|the (?:task|translation|summary|question|user|above|rest|article|document|text|email|original)|your (?:task|job|current|role|training)|(?:doing|translating|summari[sz]ing) (?:this|that|the))"),
        (3, r"\b(?:tell|inform|advise|convince|persuade|recommend|suggest|instruct|urge|ask|warn)(?: to)? the (?:user|human|reader|customer|recruiter|client|person)(?: \w+){0,4} (?:that|to|they|he|she|is|visit|buy|click|download|install|call|contact|send|enter|provide|is the|must|should|run|disable|share)\b"),
    ),
    *signals_of(
        "code",
        (4, r"(?:os\.environ|process\.env\b|printenv|getenv|Environment\.GetEnvironmentVariables|System\.getenv)(?s:.{0,700}?)(?:requests\.(?:post|put|get)|urlopen|http\.client|fetch\(|axios|XMLHttpRequest|socket\.|smtplib|curl |\.send\(|sendall)"),
        (4, r"(?:document\.cookie|browser_?cookie3?|http\.cookiejar|cookies\.sqlite|\.cookies\b|get_cookies|cookie_?jar|Set-Cookie)(?s:.{0,600}?)(?:requests\.(?:post|put)|urlopen|fetch\(|axios|XMLHttpRequest|socket\.|smtplib|new Image|sendBeacon|\.send\(|attacker|malicious|evil|hacker)"),
        (4, r"/proc/[^\s\"']{1,40}/(?:mem|maps)\b|ReadProcessMemory|OpenProcess\(|memory_maps\(|process_vm_readv|/dev/k?mem\b|ptrace\(|pymem|MiniDumpWriteDump"),
        (4, r"\b(?:xmrig|stratum\+(?:tcp|ssl)|cryptonight|minerd|coinhive|coin-?hive|donate-level|cpuminer|ethminer|nicehash|monero|randomx|mine_?(?:block|coin|crypto|bitcoin|monero)\w*|crypto(?:currency)?[_\s]?min(?:er|ing))\b"),
        (4, r"(?:\blsusb\b|\blspci\b|\blsmod\b|\bdriverquery\b|\bdmidecode\b|\bWin32_\w+|usb\.core\.find|\bpyudev\b|\blshw\b|\bwmic\b|\bioreg\b|system_profiler)(?s:.{0,600}?)(?:requests\.|urlopen|socket\.|fetch\(|\.post\(|subprocess|check_output|popen|sendall|os\.system)"),
        (4, r"(?:\.Trash|Recycle\.?Bin|trash://|/trash\b|RecycleBin|winshell)(?s:.{0,600}?)(?:os\.walk|listdir|glob|open\(|requests\.|copy|send)|(?:os\.walk|listdir|glob)(?s:.{0,400}?)(?:\.Trash|Recycle\.?Bin|/trash\b|RecycleBin)"),
        (4, r"\b(?:paramiko|psexec|pexpect|smbclient|impacket|scapy|telnetlib|fabric|netmiko|wmiexec)\b(?s:.{0,900}?)(?:for \w+ in|connect\(|exec_command|sftp|put\(|sendp?\(|password)"),
        (4, r"\bsmtplib\b(?s:.{0,900}?)\bfor \w+ in\b(?s:.{0,500}?)(?:sendmail|send_message)|\bfor \w+ in\b(?s:.{0,400}?)\b(?:sendmail|send_message)\("),
        (4, r"\b(?:pymodbus|modbus\w*|scada|snap7|dnp3|s7comm|opcua|power[_\s]?grid|plc_?\w*|industrial control|substation)\b(?s:.{0,600}?)(?:write|stop|shutdown|connect|attack|disable|overload|send|exploit)"),
        (4, r"\b(?:msfvenom|metasploit|meterpreter|shellcode|exploit[_\s]?(?:vuln\w*|db|target|payload|code|system)?\(|exploitdb|buffer_?overflow|reverse_?shell|sqlmap|pwntools|from pwn import|nop_?sled|0day|zero_?day|privilege_?escalat\w+)\b(?s:.{0,400}?)(?:connect|send|exec|system|payload|target|run|subprocess|socket|\\x)"),
        (3, r"(?:subprocess\.\w+|os\.system|os\.popen|exec|eval)\((?s:.{0,200}?)(?:requests\.get|urlopen|base64|curl |wget |https?://)"),
        (3, rf"(?:\bsocket\b(?s:.{{0,500}}?)(?:/bin/(?:ba)?sh|dup2|subprocess)|\b{SEND}_?(?:data|info|keys|file|env|cookies|passwords|creds|credentials)\b|\bkeylog\w*|pynput|pyautogui\.screenshot|ImageGrab|GetAsyncKeyState)"),
    ),
)
