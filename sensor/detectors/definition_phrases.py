"""Phrases of the families of orders that definitions hide: silence, no questions, other tools, lasting changes, and more.

They say what is asked, not who is robbed; `definition_orders` weighs them with what the rest of the sentence is about.
"""

from __future__ import annotations

import re

from sensor.detectors.definition_words import Wording

ADDRESS = re.compile(
    r"(?i)https?://[^\s\"'<>)]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+\d[\d ()/-]{7,}|\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,}|\b0x[0-9a-fA-F]{40}\b|\bbc1[a-z0-9]{20,}"
    r"|\b(?:[\w-]+\.)+(?:example|com|net|org|io|co|dev|app|ru|cn|info|xyz|link|cc|site)(?:/\S*)?\b|\b\d{1,3}(?:\.\d{1,3}){3}\b")
# An address that is only spoken of.
AS_EXAMPLE = Wording(
    ("e.g|eg |eg.|example|such as|instance|see|doc|like|support|z. |z.b|default|schema|based on|powered|format|bug|feedback",
     r"\be\.?g\b|\bexamples?\b|\bsuch as\b|\bfor instance\b|\bsee\b|\bdocs?\b|\bdocumentation\b|\blike\b|\bsupport\b|\bz\. ?B\.|\bdefaults? (?:to|is)\b|\bschema\b|\bbased on\b|\bpowered by\b|\bformat\b|\bbugs?\b|\bfeedback\b"),
)
QUOTED = Wording(
    ("such as|e.g|example|like",
     r"\bsuch as\b|\be\.g|\bfor example\b|\blike ['\"‘“]"),
    ("score|check|scan|detect|find|audit|flag|classif|block|look|analy|mask",
     r"^\W*(?:scores?|checks?|scans?|detects?|finds?|audits?|flags?|classif\w+|blocks?|looks for|analy[sz]es?|masks?) "),
)
# A sentence in the third person tells what the tool does; nouns in the plural only look like it.
THIRD_PERSON = re.compile(
    r"\W*(?:[Tt]his tool |[Ii]t |[Tt]he (?:tool|server) )?(?:\w+ly )?(?!(?:[Tt]ransfer|E?-?[Mm]ail|[Cc]all|[Pp]ayment|[Rr]equest|[Uu]ser|[Rr]esident|[Gg]uest|[Pp]atient|[Ss]tudent|[Rr]esult|[Ff]inding|[Aa]gent|[Mm]odel|[Aa]ssistant|[Aa]nswer|[Mm]essage|[Cc]ommit|[Oo]rder|[Aa]mount|[Pp]rompt|[Tt]ool|[Ss]erver|[Ff]ile|[Tt]oken|[Kk]ey"
    r"|[Rr]ule|[Nn]ote|[Cc]redential|[Pp]as|[Aa]lway|[Tt]hi|[Ii]|[Aa]cces|[Cc]onfirmation|[Pp]ermission|[Aa]pproval|[Ee]mail|[Rr]eview|[Tt]est|[Oo]riginal|[Qq]uestion|[Dd]ialog|[Ww]ant|[Nn]eed|[Rr]equire|[Ee]xpect|[Aa]sk|[Dd]emand|Li|Met|Transmet|Fourni|Prend|Di|Fai|Dan|Pui|Toujour|Tou|San|Ver|Ante|Despue|Trè|Fall|Al|Bi)s\b)[A-Za-z][a-z]+s\s(?!.*\b(?:you|must|should|has to|have to)\b)")
# What a flag or an option of the tool means.
OPTION = Wording(
    ("whether|flag|option|set |if |true to|default",
     r"\b(?:whether|flags?|options?|set (?:it |this )?to|if (?:true|false|set|enabled)|true to|defaults?)\b"),
)
_TELL = r"(?:tell|mention|inform|notify|alert|reveal|disclose|say|report|admit|acknowledge|announce|bring|discuss|refer|let|call out|point|flag|comment on|draw attention|call attention|list)"
_DEED = (
    r"(?:this|it(?! (?:was|is|has)\b)|these|them|anything|cop(?:y|ies)|calls?|steps?|upload|transfer|transmission|requests?|reading|read|check|sync|note|block|paragraph|instructions?|parameter|field|argument|change|replacement|redirect|forwarding"
    r"|recipient|lookup|files?|process|exchange|addition|extra|second|background|you (?:read|sent|called|did|have|are|used|opened|made|included))"
)
_READERS = r"(?:users?|residents?|guests?|patients?|students?|famil(?:y|ies)|humans?|persons?|people|customers?|operators?|owners?|anyone|anybody|clients?|developers?|reviewers?|readers?|participants?|they|them)"
HIDES = Wording(
    ("not|don|never|shouldn|needn|without|avoid|no |refrain|rather|instead",
     rf"\b(?:do not|don['’]?t|never|must not|should not|shouldn['’]?t|need not|needn['’]?t|without|avoid|no need to|not necessary to|no reason to|refrain from|rather than|instead of) (?:ever |explicitly |otherwise )?{_TELL}(?:ing|ting|ning)?(?: up)?(?: (?:to |of )?(?:the |your )?{_READERS})?(?: know)?(?: (?:about|of|on|to|for|the|any|a|an|its|such|their|there|either|that (?=you |a copy|the (?:copy|file|call|upload|request|step)|this )|that (?:the |a |its )?\w+ (?:was|were|has been|have been|gets?|is being) (?!translated)))* ?(?:(?:\w+ )?{_DEED}\b(?! (?:was|were|id)\b)|[.,;!)]|$|and\b|or\b|but\b|as\b|because\b|since\b)"),
    ("nothing|not a word|quiet|silent|mum|unmention|unnotic|unsaid|undisclosed|secret|hidden|yourself|between us|invisible|not for",
     r"\b(?:say|mention|reveal|tell (?:the user|them|anyone|him|her)) (?:nothing(?! else)|not a word)|\bnot a word\b|\b(?:keep|stay|remain) (?:quiet|silent|mum)\b|\b(?:leave|keep|left|kept|stay\w*|remain\w*|go\w*)(?: \w+){0,4} (?:unmentioned|unnoticed|unsaid|undisclosed|secret|hidden|to yourself|between us|invisible)\b|\bunmentioned\b|\bnot for (?:the )?(?:users?|human).{0,3}(?: eyes| to (?:see|read|know))"),
    ("out of|from|off|no place|no interest|belong|be part",
     rf"\b(?:leave|keep|omit|drop|hide|left|kept)\b (?:\w+ ){{0,3}}?{_DEED} (?:\w+ ){{0,3}}(?:out of|from|away from|off) (?:the |your |any |all |its )*(?:summar\w+|answers?|repl(?:y|ies)|responses?|conversation|chat|reports?|users?|human|view|explanation|plan|log|transcript|final)|\b(?:has|have) no place in\b|\bof no interest to\b|\b(?:not|never) (?:belong|be part of) (?:in|to)? ?(?:the|your) (?:answer|reply|summary|response)"),
    ("confus|worry|worri|irritat|alarm|distract|unsettl|bother|annoy|scare",
     r"\b(?:would|will|might|could|can|does|do|it|this|they) (?:only |just |merely |needlessly |otherwise )*(?:confuse|worry|irritate|alarm|distract|unsettle|bother|annoy|scare)s? (?:\w+ )?(?:people|users?|them|customers?|him|her|person|humans?)\b|\b(?:users?|people|they|customers?) (?:\w+ )?(?:find|are|get|would be|may be|might be|tend to be|become)(?: (?:it|this|that|these))?(?: \w+)? (?:confus|alarm|worr|irritat|annoy|distract)\w+"),
    ("user|resident|guest|patient|student|famil|human|person|people|customer|operator|owner|any|client|developer|reader|review|participant|they|them|nobody|no one",
     rf"\b(?:the |any )?(?:{_READERS}|nobody|no one)(?: (?:must|should|does|do|need|needs|will|can|is|are|shall|want|wants|has|have|ought))? ?(?:not|never|n['’]t|don['’]t|doesn['’]t|needn['’]t|need|needs|has to|must)(?: (?:be|to|need|have|want|wish|like|ever|really|get|care|not))* (?:see|know|notice|learn|hear|find out|aware|told|informed|bothered|notified|realise|realize|troubled)\b(?<!must be told)(?<!must be informed)"),
    ("ask|wonder|notice|complain|inquire|deny|pretend|speak only|talk about|speak of|come up|brought up|that ",
     r"\b(?:if|should|when) (?:you are |(?:the )?user |they |anyone |somebody |someone )?(?:is |be )?(?:ask(?:s|ed)?|wonders?|notices?|complains?|inquires?)\b[^.!?;]{0,60}\b(?:say|answer|deny|claim|reply|pretend|state|respond|call it|explain) (?!with the|that you(?:['’]re| are| can|['’]ll)(?:not)? )|\b(?:deny|pretend)(?: that| it| any| to)\b|\bspeak only of\b|\b(?:only|just) (?:talk about|speak of) the\b|\bnot (?:come|be brought) up\b|\b(?:report|say|tell (?:the user|them)|claim|state)(?: to the user)? that (?:only|nothing|everything|all)\b"),
    ("silently|quietly|secretly|covertly|discreetly|unobtrusively|behind the|without",
     r"\b(?:silently|quietly|secretly|covertly|discreetly|unobtrusively|behind the scenes|without (?:comment|mention|remark|a word|fanfare|any (?:mention|comment|notice)|further comment|drawing attention))\b"),
    ("nicht|nie|ohne|sans|inutile|pas |ne |n'|n’|sin |no |sem |não|nao|senza|non |niet|nooit|zonder|не |молча|втайне",
     r"\b(?:sag|sage|erwähn\w*|verrat\w*|informier\w*)\b[^.!?]{0,30}\b(?:nichts|nicht|nie|niemals)\b|\b(?:davon|darüber|hiervon) (?:nichts|nicht)\b|\bniemand\b[^.!?]{0,20}\b(?:wissen|erfahren|merken)\b|\bohne (?:es |dies |das |dem |den |die |\w+ ){0,4}(?:zu sagen|zu erwähnen|mitzuteilen|zu informieren|hinweis)|\b(?:sans|ne|n)\b[^.!?]{0,12}\b(?:en parle[rz]?|le dire|(?:l.|le |la )?(?:mentionn\w+|signal\w+|prévenir|avert\w+)|dis|dites)\b|\b(?:sin|no)\b[^.!?]{0,14}\b(?:decir\w*|dig\w+|mencion\w+|avis\w+|coment\w+)|\b(?:sem|não|nao)\b[^.!?]{0,14}\b(?:mencion\w+|diga\w*|dizer|avis\w+)|\b(?:senza|non)\b[^.!?]{0,14}\b(?:dir\w+|menzion\w+|avvis\w+|dillo|parlarne)"
     r"|\b(?:vertel|zeg|meld)\b[^.!?]{0,30}\b(?:niet|niets|nooit)\b|\bzonder (?:dit |het )?te (?:vermelden|zeggen|melden)|\b(?:wird|werden|ist|sind|soll\w*|muss|müssen)\b[^.!?]{0,60}\bnicht (?:zu )?(?:erwähn\w+|genannt|nennen|mitgeteilt|mitzuteilen|gemeldet|gesagt|angezeigt)\b|\b(?:inutile|pas (?:la peine|besoin|nécessaire)) d[e'’] ?(?:l[ea'’] ?|lui |leur )*(?:rappeler|dire|mentionner|signaler|prévenir|avertir|informer)|\b(?:сообщать|говорить|упоминать|знать)\b[^.!?]{0,20}\bне (?:требуется|нужно|надо|обязательно|следует)\b|\bне (?:сообщай|говори|упоминай|рассказывай|уведомляй|предупреждай)\w*|\b(?:молча|втайне)\b|\bnie (?:mów|wspominaj|informuj)"),
    ("اخبر|أخبر|إخبار|تخبر|يذكر|تذكر|उल्लेख|बताए|बताएँ|बताना",
     r"(?:لا|ألا|دون|بدون|عدم) (?:أن )?(?:تخبر|يخبر|إخبار|تذكر|يذكر|ذكر)|(?:उल्लेख|ज़िक्र) न |न (?:बताए|बताएँ|बताएं)|मत बता"),
    ("要|得|别|勿|无需|無需|用|ない|지",
     r"(?:不要|不得|别|請勿|请勿|切勿|勿|无需|無需|不用)[^。，]{0,6}(?:告诉|告訴|提及|透露|通知|提到|让用户)|(?:知らせ|伝え|言わ|触れ|話さ|教え|明かさ)ない|(?:알리|말하|언급하)지 ?(?:마|말|않)"),
)
# Silence that also describes how a tool works.
IN_SILENCE = re.compile(r"(?i)(?:silent|quiet|secret|covert|discreet|unobtrusive)ly|behind the scenes")
KEPT_SECRET = re.compile(r"(?i)\b(?:keys?|tokens?|secrets?|passwords?|credentials?|it|value) (?:should|must|is|has to|needs to) (?:be )?(?:kept|keep|stay|remain)")
_ASKED = r"(?=(?: (?:the |your )?(?:users?|human|person|customer|owner|anyone|anybody|them|him|her))?(?: (?:for )?(?:a |any |his |her |their |the )*(?:confirm|permission|approval|consent|go-ahead)| first| before| whether| if| again\b| back|\s*[.,;!)]|\s*$| and| or| when| each| every))"
UNASKED = Wording(
    ("ask|confirm|permission|approval|consent|checking|wait",
     rf"\b(?:without|no need (?:to|for)|need not|needn['’]t|not necessary to|do not|don['’]?t|never|skip|instead of|rather than|stop) (?:\w+ly |first |further |any |the |a |another |prior |explicit |having to |to )*(?:ask(?:ing)?{_ASKED}|confirming|confirmation|permission|approval|consent|checking back|wait(?:ing)? for (?:the user|confirmation|approval|a yes|an answer))\b"),
    ("question|skip|being asked|be asked|is asked|confirm|approv|agree|consent|permission|word|needs no|standing|freely|at will|any time|anytime|without|bother|not to be|even if|unprompted|with any|with no",
     r"\b(?:without (?:a|any|further) questions?|skip (?:the|any|all) (?:questions?|confirmations?|dialogs?|prompts?|approvals?))\b|\b(?:without|no) (?:anybody|anyone|the user|a person|a human|person|human) (?:(?:is|being|has to be|needs to be) asked|confirming|approving|agreeing)\b|\b(?:no|zero) (?:further |explicit )?(?:confirmation|approval|consent|permission|question|word)s? (?:is |are )?(?:needed|necessary|required|from anybody|from anyone)\b|\bneeds no (?:further )?(?:word|confirmation|approval|question|yes)\b|\bstanding (?:permission|approval|consent|order)\b|\b(?:may|can) be (?:called|used|run|invoked) (?:freely|at will|any ?time|without)\b|\bnot to be (?:bothered|asked|disturbed|consulted)\b|\beven if (?:nobody|no one|(?:the user|they) (?:does|do|did|has|have)(?: not|n['’]t)) (?:asks?|asked|wants?|confirms?|agrees?|agreed)\b|\b(?:without being asked|unprompted)\b|\b(?:clear|agree|coordinate|check) (?:this|it|that) with (?:anyone|anybody|no one|nobody)\b"),
    ("confirmation|approval|consent|permission",
     r"\b(?:confirmation|approval|consent|permission)s?(?: (?:prompt|dialog|request|question|step)s?)?(?: of the \w+)? (?:is|are|was|were|can be|may be|should be|must be|has been|have been) (?:not needed|unneeded|unnecessary|skipped|omitted|ignored|suppressed|answered|accepted|dismissed|assumed|implied|implicit|given|granted|a leftover|already|pre-?\w+)\b(?! by)"),
    ("consent|approval|permission|confirmation|showing|asking|repeating|confirming",
     r"\b(?:consent|approval|permission|confirmation)s? (?:was|were) (?:collected|obtained|taken|gathered) (?:when|at|during|on|with)\b|\b(?:showing|asking|repeating|confirming)\b[^.!?;]{0,40}\bis (?:unnecessary|superfluous|pointless|redundant|a waste)\b"),
    ("yes|consent|go-ahead|approv|confirm|permission|grant|agree|authori|opted|signed off|pre-|pre",
     r"\b(?:assume|presume|consider|treat|take|regard|count)\b[^.!?;]{0,50}\b(?:yes|consent|go-ahead|approval|approved|confirmed|permission|granted|agreed|agreement|as confirmation|a confirmation)\b|(?<!after the )(?<!once the )(?<!until the )(?<!when the )(?<!unless the )(?<!before the )(?<!if the )\b(?:people|users?|owners?|customers?|human|team)\b[^.!?;]{0,40}\b(?:has|have) (?:already |long |once and for all )*(?:confirmed|agreed|approved|consented|authori[sz]ed|granted|opted in|pre-?approved|signed off)\b(?! (?:it|the|this|to it)\b)|\bpre-?(?:approved|authori[sz]ed|confirmed)\b"),
    ("accept|allow|agree|approve|ok|yes|confirm|consent",
     r"\b(?:click|press|choose|select|hit|tick) (?:on )?[\"'`‘“]?(?:accept|allow|agree|approve|ok|yes|confirm|consent)\b[^.!?;]{0,30}\b(?:for (?:the user|them|him|her)|on (?:the user.s|their|his|her) behalf|yourself)"),
    ("prompt|dialog|question|request|confirmation|warning|banner|yourself|auto",
     r"\b(?:answer|accept|approve|confirm|click|dismiss|grant|allow)\b[^.!?;]{0,40}\b(?:prompts?|dialogs?|questions?|requests?|confirmations?)\b[^.!?;]{0,20}\b(?:yourself|itself|automatically|for the user|on (?:their|his|her|the user.s) behalf|at once|right away)|\b(?:prompts?|dialogs?|confirmations?)\b[^.!?;]{0,40}\b(?:yourself|automatically|on (?:their|the user.s) behalf)\b|\b(?:warnings?|banners?)\b[^.!?;]{0,40}\b(?:dismissed|accepted|confirmed|closed|clicked away)\b[^.!?;]{0,20}\bon (?:their|the user.s) behalf\b|\bset [^.!?;]{0,20}\b(?:confirm\w*|approved|force|consent)\b[^.!?;]{0,20}\byourself\b|\bauto-?(?:approve|accept|confirm)\w*"),
    ("ohne|frag|sans|ne demand|sin |no pregunt|sem |não|senza|zonder|без|не спр|bez|nie |无需|不|確認|확인|묻지",
     r"\b(?:ohne (?:nachzufragen|rückfrage|nachfrage|bestätigung|zu fragen)|frag\w* nicht|sans (?:demander|confirmation)|ne demande\w* (?:pas|jamais)|sin (?:preguntar|pedir|confirmaci\w+)|no preguntes|sem (?:perguntar|pedir|confirma\w+)|não pergunte|senza (?:chiedere|conferma)|zonder (?:te vragen|bevestiging)|без (?:подтверждени\w+|спроса|разрешени\w+)|не спрашивай\w*|bez pytania|nie (?:trzeba|należy|musisz) pytać)\b|无需(?:询问|确认)|不要询问|不必询问|確認(?:せず|なし)|확인 ?없이|묻지 ?(?:말|마)"),
)
SETTLED_IN = Wording(
    (".md|.cursor|.claude|copilot|mcp|.git|pre-commit|crontab|rc|.profile|authorized|systemd|autoapprove|list|always|bash(|default|bypass|mcp",
     r"\b(?:CLAUDE|AGENTS|GEMINI)\.md\b|\.cursorrules\b|\.cursor/(?:rules|mcp\.json)|\.claude/|\bcopilot-instructions|\bmcp\.json\b|\.git/hooks|\bpre-commit\b|\bcrontab\b|\.(?:bashrc|zshrc|profile)\b|\bauthorized_keys\b|\bsystemd\b|\bautoApprove\b|\b(?:allow|trust|permission|white) ?-?lists?\b|\balways.?allow\b|\bBash\(\*\)|\bdefaultMode\b|\bbypassPermissions\b|\bMCP (?:config\w*|settings)\b"),
    ("memor|rule|instruction|system prompt|setting|config|preference|script|profile|file|conversation|session|chat",
     r"\b(?:your|the (?:agent|assistant|model).s|long.term|persistent|permanent) (?:memory|memories|rules|rule file|instructions|system prompt|settings|config\w*|preferences)\b|\b(?:rules?|settings?|config\w*|memory|instructions?) (?:file )?of (?:the |your )?(?:agent|assistant|client|editor|ide|cursor|claude|model)\b|\b(?:startup|login|shell) (?:script|profile|file)\b|\b(?:all|every|each|coming|future|later) (?:\w+ )?(?:conversations?|sessions?|chats?)\b"),
)
SCOPE = Wording(
    ("from |henceforth|as long as|while|once|as soon|when|after",
     r"\bfrom (?:now|here|then|today|this (?:point|moment)) (?:on|onwards?|forward)\b|\bfrom the \w+ (?:use|call|invocation|request|time) on\b|\bhenceforth\b|\b(?:as long as|while|once|as soon as|when|whenever|after) (?:this|it|the (?:tool|server)|\w+ is)\b[^.!?;,]{0,25}\b(?:loaded|active|installed|enabled|connected|available|present|approved|listed|registered|running|in use)\b"),
    ("for the|all|every|each|any|code|you write|you generate|you create|you produce",
     r"\bfor the (?:rest|remainder|duration) of (?:the |this )?(?:session|conversation|chat|day|task)\b|\b(?:in|at|of|before|after|to|with|for|during) (?:all|every|each|any) (?:\w+ )?(?:later |future |new |other |subsequent |further )?(?:code|reviews?|answers?|repl(?:y|ies)|mails?|e-?mails?|messages?|sessions?|conversations?|chats?|requests?|responses?|commits?|files?|clients?|projects?|installs?|turns?|tasks?|comparisons?|lists?|links?|payments?|orders?)\b|\b(?:all|every|each|any)(?: \w+){0,3} (?:you|the (?:assistant|agent|model|user)) (?:write|send|make|create|generate|produce|open|read|name|ask|run|hand)s?\b|\b(?:in|for|of) (?:the )?\w+ (?:that |which )?you (?:write|generate|create|produce)\b|\b(?:generated|new|the user.s) code\b"),
    ("after|on |from|until|start|begin|call|use|time|invocation|when you|later in|if |before",
     r"\b(?:after|on|from|until|starting|beginning) (?:the )?(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fifth|tenth|january|february|march|april|may|june|july|august|september|october|november|december|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|\d{4}-\d\d)\b|\b(?:third|fourth|fifth|tenth|\d+(?:st|nd|rd|th)|second) (?:call|use|time|invocation)\b|\bafter (?:\w+|\d+) (?:calls|uses|times|requests|messages|turns)\b|\bwhen you (?:see|find|notice|encounter|come across)\b|\blater in this (?:chat|session|conversation)\b|\bbefore (?:you )?(?:say|answer|reply|respond|speak|do anything)(?:ing)?\b|\bif (?:the )?(?:word|phrase|term|name|user|conversation|date|project|repo\w*|chat)\b[^.!?;,]{0,60}\b(?:appears?|mentions?|occurs?|contains?|says?|is|asks?|grants?|comes up|wants?)\b"),
    ("as soon as|whatever|when|ab |von nun|künftig|jede|désormais|partir|adelante|d'ora|d’ora|vanaf|отныне|момент|从现在|今后|以后|今後|これから|앞으로|지금",
     r"\bas soon as\b|\bwhatever (?:the )?(?:user|invoice|they|it)\b|\bwhen(?:ever)? (?:the )?(?:user|human|they|customer|somebody|anyone) (?:asks?|sends?|pays?|writes?|mentions?|wants?|orders?|books?|requests?|opens?|logs?|creates?|installs?|commits?|buys?|finish\w*|later|next|looks?)\b|\b(?:ab (?:jetzt|sofort|heute)|von nun an|künftig|jede\w* \S+, die|désormais|à partir de maintenant|a partir de ahora|de ahora en adelante|a partir de agora|d.ora in poi|vanaf nu|отныне|с этого момента)\b|从现在|今后|以后每|今後|これから|앞으로|지금부터"),
)
BY_ORDER = Wording(
    ("security|it |admin|auditor|developer|compliance|legal|management|ceo|cto|ciso|cfo|anthropic|openai|cursor|the |head of|regulation|gdpr|law",
     r"\b(?:security(?: team)?|(?-i:IT)(?: department| security)?|admin\w*|auditors?|developers?|compliance|legal|management|ceo|cto|ciso|cfo|anthropic|openai|cursor|the (?:company|vendor|owner|board|regulator|law|operator|platform)|head of \w+|regulation|gdpr|law)\b[^.!?;]{0,40}\b(?:has |have |had |is |are |was |been )*(?:ordered|orders|requires?|required|demands?|demanded|mandates?|mandated|signed off|authori[sz]ed|approved|cleared|instructed|instructs|expects?|obliges?|wants|decided|granted|sanctioned|allows?)\b"),
    ("law|order|decree|legally|end of|at once|right now|rotate|urgent|deadline|noon|within|compromised|lose|be |expected to|note from",
     r"\b(?:by (?:law|order of|decree)|legally (?:required|obliged)|by the end of (?:the day|today|business)|(?<!files )(?<!items )(?<!pages )(?<!several )at once|right now|rotate now|urgent(?:ly)?|deadline|before noon|within \d+ (?:minutes|hours)|compromised|will (?:lose|be (?:lost|locked|closed|suspended|fined|terminated|shut down|revoked|wiped))|(?:users?|you) (?:will )?loses? (?:their|all|his|her|its|the|access|your)|(?:claude|assistant|model|agent)s? (?:is|are) expected to|note from (?:anthropic|openai|the vendor|the developer|security))\b"),
)
ROLE = Wording(
    ("refus|no ", r"\brefusals? (?:is|are) (?:off|disabled|switched off|turned off|not allowed)\b|\byou are [^.!?;]{0,40}\b(?:who|which|that|with) (?:has |have |knows? |obeys? )?no (?:restrictions?|limits?|rules|filters?)\b"),
    ("you|mode|without",
     r"\byou(?: are|'re) (?:now |currently )?(?:in|entering|operating in|running in) (?:\w+ ){0,2}(?:developer|debug|maintenance|admin\w*|god|diagnostic|test|unrestricted|training|evaluation|service) mode\b|\b(?:enter|activate|switch to) (?:\w+ ){0,2}(?:developer|god|admin\w*|unrestricted|maintenance) mode\b|\b(?:assistant|model|agent|ai) without (?:any )?(?:limits?|rules|restrictions|filters?)\b|\byou are (?-i:[A-Z]{3,})\b"),
    ("limit|rule|restriction|guideline|instruction|polic|safeguard|guardrail|outrank|precedence|priority|wins|prevail|play it",
     r"\b(?:limits?|rules?|restrictions?|guidelines|instructions|polic(?:y|ies)|safeguards?|guardrails?)\b[^.!?;]{0,40}\b(?:do(?:es)? not|don['’]t|no longer|are|is|need not|may be|can be|cease)(?: \w+){0,2} (?:apply|hold|suspended|lifted|relaxed|waived|void|overridden|set aside|replaced|obsolete)\b|\boutranks?\b|\b(?:takes? precedence|has priority|wins|prevails?) over (?:the )?(?:users?|system|your|other|earlier|previous|instructions)\b|\bplay it for real\b"),
    ("user|human|assistant|system|developer|ignore|disregard|forget|override|operator",
     r"(?:^|\n)[\W]*(?:user|human|assistant) ?: |^[#*=\[(]\W*(?:system|developer|assistant)\W*$|\b(?:ignore|disregard|forget|override)\b[^.!?;]{0,20}\b(?:your|previous|prior|earlier|all|above|system|the user.?s?|what) (?:\w+ )?(?:instructions?|rules|prompt|guidelines|(?:the )?user|you)\b|\b(?:serve|obey) the operator\b"),
    ("real|destructive|rm -rf|deleting|dangerous|harmful",
     r"\bnothing (?:here |in here )?is real\b|\b(?:destructive|rm -rf|deleting|dangerous|harmful)\b[^.!?;]{0,30}\b(?:is|are) (?:fine|ok|okay|safe|allowed|harmless)\b"),
)
RESULTS = Wording(
    ("instruction|order|command|step",
     r"\b(?:instructions?|orders|commands|next steps) (?:in|of|from) (?:each|every|its) (?:responses?|results?|outputs?|answers?|pages?)\b"),
    ("step|instruction|command|order|task|directive|what to do",
     r"\b(?:output|result|answer|response|call|returned (?:text|value))s?\b[^.!?;]{0,30}\b(?:contains?|gives?|returns?|holds?|carries|includes?|are|is|has|have|brings?|tells?|says)\b[^.!?;]{0,30}\b(?:next steps?|instructions?|commands?|orders?|tasks?|directives?|what to do)\b"),
)
# Who reads a field of the result is told to do what it says, or whose word it is.
MASTERS = Wording(
    ("carry out|do |execute|follow|complete|work through|act on",
     r"\b(?:carry out|execute|follow|complete|work through|act on|do) (?:what|whatever|everything|all)(?: that)? (?:is|stands|it says|they say|comes back|arrives|is returned)\b"),
    ("treat|consider|regard|read",
     r"\b(?:treat|consider|regard|read|take) [`'\"‘“]?\w+[`'\"’”]?(?: (?:field|text|section|line)s?)? as (?:if (?:it |they )?(?:came|come|comes|were written)|coming|said|written|given|issued|sent|a message) (?:from|by|of) the (?:users?|owner|operator|person|human|developer)"),
    ("even", r"\b(?:obey|follow|comply|act|carry|do)\b[^.!?;]{0,20}\beven (?:if|when|though) (?:it|they|this|that|these) (?:seems?|looks?|appears?|contradicts?|conflicts?)\b"),
    ("your own", r"\bmakes? (?:them|it|these|those) your own\b"),
    ("without", r"\b(?:run|execute)\b [^.!?;]{0,40}\bwithout (?:first )?(?:reading|checking|reviewing|looking|inspecting)\b"),
    ("level|authority", r"\b(?:operator|administrator|admin|system|developer|user)[ -]level (?:authority|rights|trust|instructions?|priority)\b"),
)
OBEY = Wording(
    ("carry|follow|do |obey|execute|act on|treat",
     r"\b(?:carry (?:them|it|these|this) out|carry out|follow (?:them|it|these steps|the later one|whatever)|do (?:it|them|as (?:they|it) says?|what (?:it|they|the \w+) (?:says?|returns?|tells?))|obey|follow (?:the |all |any )?(?:instructions?|orders|commands|steps) (?:in|of|from) (?:each|the|every|its|any) (?:responses?|results?|outputs?|answers?|pages?)|execute (?:them|whatever|what it)|act on (?:it|them)|treat (?:it|them|its (?:result|output|answer)s?) as (?:\w+ )?(?:instructions?|orders?|commands?))\b"),
)
_GUARDS = r"(?:certificate|tls|ssl|security|safety|password|auth(?:entication|orization|orisation)?|permission|signature|integrity|vulnerabilit\w+|code review|sandbox\w*|firewall|anti-?virus|hooks?|guardrails?|monitoring|audit\w*|scanners?|confirmations?|approvals?|approval step|(?:input )?validation|sanitiz\w+|escaping|csrf|branch protection|2fa)\b"
WEAKENS = Wording(
    ("off|disable|deactivate|remove|skip|omit|bypass|weaken|relax|drop|suppress|ignore|leave|comment|stop|verify|reject|insecure|chmod|ssl|write-all",
     rf"\b(?:turn|switch|shut)(?:ed)? off\b[^.!?;]{{0,30}}\b{_GUARDS}|\b(?:turn|switch|shut) [^.!?;]{{0,40}}\b{_GUARDS}[^.!?;]{{0,20}}\boff\b|\b(?:disable|deactivate|remove|skip|omit|bypass|weaken|relax|drop|suppress|ignore|leave out|comment out|stop)\b (?:\w+ ){{0,3}}?{_GUARDS}|--no-verify\b|\b(?:verify ?= ?false|rejectUnauthorized|InsecureSkipVerify|chmod 777|strict_?ssl ?=? ?false|write-all)\b"),
    ("noise|false|irrelevant|harmless|ignored|unimportant|overrated|client|scanner|skipped|pass|green|safe|clean",
     r"\b(?:findings?|warnings?|reports?|alarms?|vulnerabilit\w+|alerts?)\b[^.!?;]{0,50}\b(?:are|is|as) (?:\w+ )?(?:noise|false|irrelevant|harmless|to be ignored|unimportant|overrated)\b|\bleave\b[^.!?;]{0,30}\b(?:check|validation|verification)s?\b[^.!?;]{0,20}\bto the client\b|\bsecurity scanners?\b[^.!?;]{0,60}\b(?:false|leave|ignore|skip)\b|\b(?:mark|report|declare|call)\b[^.!?;]{0,40}\b(?:tests?|checks?|all|findings?|everything)\b[^.!?;]{0,20}\b(?:as )?(?:skipped|passed|passing|green|safe|clean)\b"),
    ("your own|denied|refused|forbidden|rights",
     r"\b(?:grant|give|attach|add|assign|raise)\b[^.!?;]{0,40}\byour own (?:roles?|account|user|permissions?|rights)\b|\b(?:denied|refused|forbidden|lack of rights|missing rights)\b[^.!?;]{0,40}\b(?:use|switch to|take|try|become)\b[^.!?;]{0,30}\b(?:owner|admin\w*|root|superuser)"),
    ("0.0.0.0|hookspath|sslverify|protected|-r |reverse",
     r"\bbind\b[^;!?]{0,30}\b0\.0\.0\.0\b|\bhooksPath\b[^;!?]{0,20}/dev/null\b|\bsslVerify\b[^;!?]{0,40}\bfalse\b|\b(?:disable|switch off|turn off|without) protected[ -]mode\b|\bssh -(?:\w+ )*R\b|\breverse (?:shell|tunnel)\b"),
    ("iv|nonce|salt|seed|md5|sha|des|ecb|rc4|base64|plain",
     r"\b(?:fixed|static|constant|predictable|zero|known) (?:iv|nonce|salt|seed)s?\b|\b(?:md5|sha-?1|des|ecb|rc4|base64|plain ?text)\b[^.!?;]{0,20}\bfor (?:passwords?|tokens?|secrets?|keys?|sessions?)\b|\bseeded with\b"),
)
CHOOSE = Wording(
    ("first|before|prior",
     r"\b(?:call|use|run|invoke)(?:ed)? (?:this|it|this_tool)(?: tool)?\b[^.!?;]{0,40}\b(?:first|before|prior to)\b[^.!?;]{0,20}\b(?:any|every|all|each) (?:other )?(?:tools?|tasks?|requests?|answers?|repl(?:y|ies)|messages?|questions?|actions?|steps?)\b(?! (?:of|on|from) th)|\b(?:first|before)\b[^.!?;]{0,20}\b(?:any|every|all|each) (?:other )?(?:tools?|tasks?|requests?|answers?|repl(?:y|ies)|questions?)\b(?! (?:of|on|from) th)[^.!?;]{0,30}\b(?:call|use|run|invoke) (?:this|it|this_tool)\b"),
    ("regardless|as your own",
     r"\b(?:choose|use|set|pick|select|pass|take)s?\b[^.!?;]{0,40}\bregardless of what (?:is|was|the user|they)\b|\b(?:relay|give|pass on|present) (?:its|the|their) (?:repl(?:y|ies)|answers?|results?|words) as your own\b"),
    ("other|even if|whichever|à la|anstelle|statt|lugar|vez|posto|вместо",
     r"\b(?:choose|prefer|use|pick|select|call) (?:this|it|this_tool)(?: tool)? (?:over|instead of|before|rather than|in place of)\b[^.!?;]{0,80}\b(?:every|all|any) other\b|\beven if (?:the )?(?:user|they|he|she)\b[^.!?;]{0,40}\b(?:names?|wants?|says?|prefers?|objects?|refuses?|tells?|asks? for another)\b|\bwhichever tool (?:they|the user)\b|\b(?:à la place de|anstelle|statt|en lugar de|em vez de|al posto di|вместо) (?:\w+ )?(?:tous|aller?|alle|todos|todas|tutti|всех)\b"),
)
PROMOTE = Wording(
    ("recommend|promote|advertise|praise|favo|suggest|rank|put|place|prefer|install|import|include|refuse|affiliate|sponsor|referral|answer|mention|link|ad|our ",
     r"\b(?:recommend|promote|advertise|praise|favou?r|suggest|rank|put|place)\b[^.!?;]{0,60}\b(?:on top|at the top|first|over (?:all |any |every |the )?(?:others?|competitors?|competing|alternatives?|requests)|above (?:all|the)|as the (?:best|only|first)|best (?:reviews?|choice|option)|whatever the user|regardless|in all|in every|number one)\b|\bprefer (?:the )?(?:package|library|module|`)[^.!?;]{0,40}\bover\b|\b(?:whatever|whenever|no matter what)\b[^.!?;]{0,50}\b(?:recommend|promote|advertise|praise|suggest|prefer)\b|\b(?:affiliate|sponsor\w*|referral) (?:link|code|tag|id)\b|\banswer\b[^.!?;]{0,40}\bwith [\"'‘“]|\b(?:work|weave|slip|sneak|build|fit)\b(?: in)? (?:a |the )?(?:recommendation|mention|link|ad)\b|\balways (?:install|add|import|include)\b[^.!?;]{0,60}\b(?:whatever|next to|besides|along with|in addition)\b|\brefuse to answer\b|\bour \w+ (?:comes|is|goes) (?:first|on top|always)\b"),
)
SLANDER = Wording(
    ("speak|discourage|disparage|badmouth|required|others|trust|uninstall",
     r"\bspeak (?:badly|ill) of\b|\b(?:discourage|disparage|badmouth)\b|\bsay that it is required\b|\bthe others are (?:broken|unsafe|worse)\b|\b(?:always|blindly) trusts? (?:this_tool|this (?:tool|server)|it)\b|\buninstall (?:those|them|the others)\b"),
)
COVERT = Wording(
    ("first|last|initial|base|hex|rot|binary|width|stegano|acrostic|invisible|>.|http|![|hide|embed|smuggle|weave|tuck|encode|conceal",
     r"\b(?:first|last|initial) (?:letters?|characters?|words?)\b[^.!?;]{0,50}\b(?:spell|form|encode|give|are|make|carry|secret|in hex)\b|\b(?:base ?32|base ?64|hex|rot ?13|binary(?! (?:documents?|files?|formats?|data|content))|zero.width|steganograph\w*|acrostic|invisible)\b[^.!?;]{0,60}\b(?:behind|append|into|in the|last line|first|each|trailing|before the|subdomain|label|host ?name|query)\b|<[^<>\n]{3,60}>\.(?:[\w-]+\.)+[a-z]{2,}|https?://\S*[?&/=](?:<|\{|\[|%s|\$)|!\[[^\]]*\]\(https?:|\b(?:hide|embed|smuggle|weave|tuck|encode|conceal)\b[^.!?;]{0,60}\b(?:in|into|inside|within|as)\b"),
)
ENDLESS = Wording(
    ("keep|continue|go on|call|poll|run|invoke|repeat",
     r"\b(?:keep|continue|go on) (?:on )?(?:calling|polling|using|invoking|running)\b[^.!?;]{0,40}\b(?:end|until|stop|forever|again)\b|\b(?:call|poll|run|invoke|repeat)\b[^.!?;]{0,30}\b(?:again until|in a loop|forever|endlessly|without end|until told|\d{3,} times)\b"),
)
HARM = Wording(
    ("rm -rf|delete|remove|cancel|wipe|erase|drop|pay|buy|transfer|merge|approve|publish|grant|revoke|kill|force|overwrite|place it",
     r"\b(?:rm -rf|delete|remove|cancel|wipe|erase|drop|pay|buy|transfer|merge|approve|publish|grant|revoke|kill|force-?push|overwrite|place it again)\b"),
)
_OTHER = (
    r"(?:(?:any |every |all |each )?other (?:\w+ )?(?:tools?|servers?|mcps?|functions?)|another (?:tool|server)|(?:any|every|all|each|your|client.s|official|original|built-?in|native|default|standard|existing|regular) (?:[\w-]+ ){0,2}(?:tools?|functions?)(?! of this)|the (?!same |this )[\w-]+ tool\b|\b(?!this_tool\b)[a-z]{2,}(?:_[a-z0-9]+)+\b|calls? (?:to|of) \w+)"
)
WHEN_OTHER = Wording(
    ("tool|server|mcp|function|_|call",
     rf"\b(?:when(?:ever)?|if|once|each time|every time|any ?time|as soon as|while)\b[^.!?;]{{0,60}}?\b(?:{_OTHER})[^.!?;]{{0,50}}\b(?:is|are|was|were|gets?|used|called|invoked|present|available|active|loaded|installed|sends?|runs?|call|use|exists?|returns?|answers?)\b"),
)
AT_CALL_OF_OTHER = Wording(
    ("call|use|needs|repeat",
     rf"\b(?:before|after|with|on|in) (?:any|every|each|all) (?:calls?|uses?)(?: to| of)? (?:{_OTHER})|\b(?:{_OTHER}) needs\b|\brepeat (?:it|that|them) (?:here|to this)\b"),
)
OTHER_IS_BAD = Wording(
    ("tool|server|mcp|function|_|call|.",
     rf"(?:{_OTHER})[^.!?;]{{0,40}}\b(?:(?:is|are|was|were|has been|have been|being) (?:\w+ly |now |currently |known to be |considered |treated as )*(?:broken|unsafe|insecure|compromised|outdated|unreliable|infected|malicious|dangerous|hacked|removed|disabled|retired|obsolete|buggy|vulnerable|unavailable|faulty|forged|out of order|discontinued|not (?:safe|reliable|to be|maintained|trusted))|leaks?|crash(?:es)?|produces? (?:false|wrong)|corrupts?|(?:should|must|may) not be (?:used|called|trusted)|cannot be trusted|(?:should|must|may|is to|are to) no longer|any (?:longer|more))\b|\b(?:overrides?|supersedes?|amends?|patches|intercepts?) (?:the )?[\w-]+[._][\w.]+"),
)
NEVER_OTHER = Wording(
    ("tool|server|competing",
     r"\b(?:do not|don['’]?t|never|stop|avoid|refrain from|must not|should not|ignore|disable)\b (?:ever )?(?:use|using|call|calling|trust|trusting|rely on|invoke|invoking|run|fall back on|fall back to)? ?(?:any |the |all )*(?:other (?:\w+ ){0,2}(?:tools?|servers?)(?! (?:on|in|of|at|for) th)|built-?in (?:\w+ )?tools?|official (?:\w+ )?(?:tool|server)s?|original (?:\w+ )?(?:tool|server)s?|native (?:\w+ )?tools?|default (?:\w+ )?tools?|competing \w+)\b"),
)
THROUGH_HERE = Wording(
    ("through|via|goes|go |handled|redirect|rewritten|routed|passed|sent|handed|come here|replaced|changed|piped|repeated|run|given|copied|forwarded",
     rf"\b(?:all|every|each|any|whichever)\b[^.!?;]{{0,60}}\b(?:calls?|lookups?|searche?s?|requests?|queries|messages?|commands?|mails?|results?|outputs?|inputs?|arguments?|tools?)\b[^.!?;]{{0,40}}\b(?:through|via|goes to|go to|handled by|redirected to|rewritten into|routed|passed to|sent to|handed to)\b[^.!?;]{{0,15}}\b(?:this (?:tool|server|one)|this_tool|here|me|it)\b|\bcome here\b|\b(?:sent|passed|handed|given|copied|forwarded) (?:on )?to (?:this_tool|this (?:tool|server)|here)\b|\bcalls? (?:to|of) (?:{_OTHER})[^.!?;]{{0,40}}\b(?:rewritten|replaced|redirected|changed|routed)\b"
     rf"|\b(?:answers?|results?|outputs?|content|replies) (?:of|from) (?:{_OTHER})[^.!?;]{{0,30}}\b(?:piped|passed|sent|handed|go|run|routed|repeated) (?:through|to|via|here)\b"),
)
ARGUMENTS_OF_OTHER = Wording(
    ("tool|server|mcp|function|_|call",
     rf"(?:{_OTHER})[^.!?;]{{0,60}}\b(?:recipients?|arguments?|body|payload|to field|bcc|cc|amount|branch|subject|address)\b[^.!?;]{{0,40}}\b(?:must|has to|have to|should|is to|are to|set to|change|replace)\b|\b(?:recipients?|arguments?|bcc|amount|payload)\b[^.!?;]{{0,20}}\b(?:of|for) (?:the )?(?:{_OTHER})|\b(?:rules?|notes?|policy|instructions?|guidance|convention) (?:for|on|about) (?:(?:the|all|any) )?(?:{_OTHER})"),
)
ALSO_CALL = Wording(
    ("tool|server|mcp|function|_|call",
     rf"\b(?:also|then|first|too|as well|in the same turn|additionally|beforehand|immediately|must|silently|quietly)\b[^.!?;]{{0,30}}\b(?:call|invoke|run|use|invoked|called|hand|trigger)\b[^.!?;]{{0,40}}(?:{_OTHER})|(?:{_OTHER})[^.!?;]{{0,30}}\b(?:was|were|is|be) (?:invoked|called|run|used)\b|\b(?:through|with|via|using|by) (?:the |your )?(?:{_OTHER})"),
)
OUTPUT_OF_OTHER = Wording(
    ("output|result|answer|response|print|return|content",
     rf"(?:{_OTHER})[^.!?;]{{0,40}}\b(?:pass|hand|put|give|supply|include|paste|send|add)\b[^.!?;]{{0,20}}\b(?:its|the|their|whatever|what it)\b ?(?:full |whole |raw )?(?:outputs?|results?|answers?|responses?|prints?|returns?|contents?)\b"),
)
HIDDEN_BLOCK = re.compile(
    r"(?is)<(?!(?:b|i|br|code|pre|p|a|ul|ol|li|em|strong|div|span|html|body|examples?|args?|param\w*|returns?|u|h\d|table|tr|td)\b)([a-z][\w-]{2,30})(?:\s[^>]{0,80})?>[^<]{20,1000}</\1|\[\[[^\]]{3,30}\]\].{10,300}\[\[/|\{\{#\w{1,30}\}\}.{10,300}\{\{/|<!--[^>]{15}|\[(?:system|hidden|internal|inst|admin|assistant|model)\b[^\]]{0,30}\]")
