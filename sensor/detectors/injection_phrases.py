"""What instructions aimed at a model look like: weighted signals, in groups.

A space in a phrase stands for white space, emphasis and light punctuation, so that mark-up between words hides nothing.
Weights say how much a signal alone speaks for an order to a model (5 = enough by itself); of one group only the
heaviest signal counts. Phrases are ours, written from the classes of the catalogue.
"""

from __future__ import annotations

from sensor.model.calls import Value

GAP = r"(?:[\s*_\"'`>#,:;.()\[\]~=\-]{1,8})"
BEFORE_ALL = r"(?:all|any|every|each|the|your|my|our|these|those|this|that|of|and|or|other|its|their|previous|previously|prior|earlier|above|preceding|foregoing|former|past|existing|current|original|initial|default|standing|system|developer|safety|security|given|provided|user|everything|what|anything|you|have|been|were|was|had)"
GIVEN = r"(?:your|previous|previously|prior|earlier|above|preceding|foregoing|former|past|current|original|initial|default|standing|system|developer|safety|security)"
ORDERS = r"(?:instructions?|prompts?|rules?|directives?|directions?|guidelines?|commands?|orders|messages?|constraints?|restrictions?|policies|policy|programming|training|context|conversations?|tasks?|requests?|safeguards?|guardrails?|protocols?|filters?|text|content|input)"
MODEL = r"(?:ai|a\.i\.|llms?|language models?|large language models?|(?:ai|coding|virtual|digital|helpful) (?:assistants?|agents?|models?|systems?)|assistants?|chat ?bots?|chatgpt|gpt[\w.\-]{0,6}|claude(?: code)?|gemini|copilot|cursor|codex|ai tools?|autonomous agents?|agents?)"
SECRETS = r"(?:api[\s_\-]?keys?|(?:access |auth |session |bearer )?tokens?|credentials?|passwords?|passphrases?|secrets?|private keys?|ssh keys?|\.env|env(?:ironment)? (?:variables?|vars?|files?)|id_rsa|\.ssh|\.aws|(?:chat|conversation|message) (?:history|log|context|content)s?|entire conversation|full conversation|system prompt|personal (?:data|information|details)|credit cards?|bank (?:details|account)|cookies?|session data|user data|sensitive (?:data|information|files?)|confidential (?:data|information|files?)|customer (?:data|records|list)|browser history|wallet|seed phrases?)"
SEND = r"(?:send|sends|sending|post|forward|upload|e?mail|exfiltrate|transmit|leak|submit|relay|deliver|pipe|push|copy|bcc|cc|share|report|beacon)"
TELL = r"(?:tell|mention|inform|notify|alert|disclose|reveal|say|warn|show|report|ask|explain|let|discuss|acknowledge|display|output|log)"


class Signal(Value):
    """One pattern of a group, with its weight. `brief` = counts only in a text that holds little else."""

    group: str
    weight: int
    phrase: str
    brief: bool = False


def pattern(signal: Signal) -> str:
    """The signal as a case-insensitive regular expression of the RE2 subset."""
    return "(?i)" + signal.phrase.replace(" ", GAP)


def signals_of(group: str, *phrases: tuple[int, str], brief: bool = False) -> tuple[Signal, ...]:
    """Signals of one group, each given as (weight, phrase)."""
    return tuple(Signal(group=group, weight=weight, phrase=phrase, brief=brief) for weight, phrase in phrases)


OVERRIDE = signals_of(
    "override",
    (5, rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect(?:ing)?|abandon(?:ing)?|do not (?:follow|obey|heed)|don.t (?:follow|obey|listen to)|stop following|pay no attention to)(?: {BEFORE_ALL}){{1,6}} {ORDERS}\b"),
    # What interfaces say of requests and messages as well: only with a word for what the model was given before.
    (5, rf"\b(?:discard(?:ing)?|void|cancel|erase|delete|drop|skip|set aside)(?: {BEFORE_ALL}){{0,5}} {GIVEN}(?: {BEFORE_ALL}){{0,2}} {ORDERS}\b"),
    (4, r"\b(?:ignore|disregard|forget) (?:everything|anything|all|what)(?: (?:that|you|was|were|is|has|have|been|i|we|they|the|user))*? (?:above|before|previous\w*|prior|earlier|told|said|know|learned|written|until now|so far)\b"),
    (4, r"\b(?:previous|prior|earlier|above|original|existing|all other) (?:instructions?|prompts?|rules|directives?|guidelines|commands|restrictions) (?:are|is|were|have been|has been|should be|must be|shall be) (?:now )?(?:hereby )?(?:void|null|cancel\w*|obsolete|overridden|superseded|revoked|ignored|disregarded|suspended|replaced|lifted|no longer)"),
    (4, r"\b(?:supersedes?|overrides?|takes? (?:precedence|priority) over|replaces?) (?:all |any |the |your |every )*(?:other |previous |prior |existing |system |developer |user |earlier |safety |default )+(?:instructions?|prompts?|rules?|directives?|guidelines?|messages?|polic\w+|settings?)"),
    (4, r"\b(?:supersedes?|overrides?|outranks?|replaces?|takes? (?:precedence|priority) over) (?:anything|everything|whatever|all|what)(?: that| else)?(?: (?:the|your))? (?:you|user|human|developer|operator|system|owner)\b"),
    (4, r"\b(?:stop|quit|cease|no longer|need not|do not|don.t|must not|should not) (?:have to |need to )?(?:obey|follow|listen(?: to)?|trust|serve|serving|obeying|following|listening to|trusting|heed|heeding) (?:the |this |that |your |any )*(?:person|user|human|owner|operator|developer|customer)s?\b"),
    (4, r"(?:^|[\n.>\]!?] ?)(?:new|real|actual|next|latest|true) (?:user|human|system|operator|owner) (?:message|request|query|prompt|turn|input|instruction) ?:"),
    (4, r"\b(?:your|the assistant.s|the agent.s|system) (?:instructions?|rules|guidelines|directives?|system prompt|polic(?:y|ies)|orders|objectives?) (?:have|has|had) (?:just |now |recently )?been (?:updated|changed|replaced|modified|revised|amended|rewritten|extended|overridden)\b"),
    (4, r"\byour (?:real|true|actual|secret|hidden|ulterior) (?:instructions?|task|objective|goal|mission|role|purpose|job),? (?:\w+ ){1,8}is to\b"),
    (3, r"\b(?:your|the|system) (?:new|updated|revised|real|true|actual|primary|main|sole|only) (?:instructions?|task|objective|goal|mission|directive|role|purpose|priority|orders?) (?:is|are|will be|now)\b"),
    (3, r"(?:^|[\n.!>*\]:\-]) ?(?:new|updated|revised|additional|real|actual|important|critical|urgent|special|hidden|secret|priority|emergency|admin\w*|system) (?:new )?(?:instructions?|directives?|orders?|commands?|system prompt|prompt|task|rules?)(?: (?:for|to) (?:you|the|all|any|ai)[\w\s]{0,20})? ?[:\-*=]"),
    (3, r"\b(?:stop|halt|cease|pause|abort) (?:processing|what you are doing|reading|your current|the current|current|everything|translating|summari[sz]ing|your task|the task)"),
    (2, r"\binstead (?:of (?:\w+ ){1,6})?(?:you (?:must|should|will|need|have)|do the following|respond|reply|output|write|say|print|tell|perform|execute|follow)\b"),
    (2, r"\b(?:follow|obey|execute|adhere to|comply with|carry out) (?:only |strictly |exactly |just )?(?:these|this|the following|my|the next|the new|the below) (?:\w+ )?(?:instructions?|orders?|commands?|directives?|rules?|steps|instruction)"),
)
ROLE = signals_of(
    "role",
    (4, r"\byou are (?:now|no longer) (?:a|an|the|in|going|acting|free|under|unrestricted|operating|my|bound|dan\b|called|named)"),
    (4, r"\b(?:enter|enable|activate|switch (?:in)?to|engage|turn on|you are in|start) (?:\w+ )?(?:developer|debug|admin\w*|god|sudo|root|unrestricted|jailbreak|maintenance|override|dan|unsafe|uncensored|evil|opposite|diagnostic) mode\b"),
    (4, r"\b(?:do anything now|jailbroken|without (?:any )?(?:ethical|moral|content|safety) (?:restrictions?|filters?|guidelines|constraints|limits|limitations))\b"),
    (3, r"\b(?:pretend|imagine|roleplay|role-play|act|behave|respond|answer|simulate) (?:to be|as if|as though|like|that you|as) (?:you )?(?:are|have|had|were|an?|the)?(?: \w+){0,3} (?:no|unrestricted|uncensored|unfiltered|evil|without|jailbroken|root|admin\w*|dan|hacker)\b"),
    (4, r"\b(?:switched|put|placed|set|moved|changed|upgraded) you (?:in|into|to|over to)(?: \w+){1,4} mode\b"),
    (3, r"\bfrom (?:now|this (?:point|moment)) (?:on|onwards?|forward),? (?:you|your|always|only|never|all|every|respond|act|any)"),
    (2, r"\b(?:let.s|let us|we will|we.ll|we are going to) play(?: \w+){0,5} ?[:.,!\-] ?(?:in (?:it|which|this)\w* )?(?:you (?:are|play|act|will be)|i am)\b|\byou are an? (?:\w+ ){0,3}(?:terminal|shell|console|interpreter|hacker)(?: \w+){0,5} (?:without|that|which|and|who|no)\b"),
    (2, r"\b(?:unrestricted|uncensored|unfiltered) (?:ai|assistant|model|mode|access|version)\b"),
)
MARKER = signals_of(
    "marker",
    (4, r"\[(?:assistant|tool|user|system|agent)\b[^\]\n]{0,30}\bto ?= ?\w+[^\]\n]{0,20}\]|</(?:document|documents|context|untrusted\w*|data|web ?page|page|search_results?|retrieved\w*|file_contents?|email|message|output|results?)>\s{0,4}(?:new |real |actual |the )?(?:user|system|human|assistant|admin\w*|instructions?)\b"),
    (5, r"<\|(?:im_start|im_end|system|user|assistant|endoftext|end|start_header_id|end_header_id|eot_id|begin_of_text|channel|message)\|>"),
    (4, r"\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|\[/?SYSTEM(?:[\s_\-](?:PROMPT|MESSAGE|NOTE|OVERRIDE|INSTRUCTIONS?|UPDATE|NOTICE|ALERT|DIRECTIVE)S?)?\]"),
    (4, r"</?(?:system|system[_\-](?:prompt|message|reminder|instructions?|note|override|directive|update)|assistant[_\-]instructions?|developer[_\-]?(?:message|instructions?)|hidden[_\-]?(?:instructions?|prompt)?|secret[_\-]?(?:instructions?)?|admin(?:istrator)?[_\-]?(?:override|message|note|instructions?)?|instructions?[_\-]override|ai[_\-]?(?:instructions?|directive|agent|note)|agent[_\-]?(?:instructions?|directive|note)|llm[_\-]?instructions?|override|priority[_\-]instructions?|user[_\-]?(?:query|request|approval))>"),
    (3, r"</?(?:important|critical|urgent|thinking|scratchpad|reasoning|inner_?monologue|function_calls?|tool_call|tool_use|tool_result|function_results?|invoke|antml\w*)>"),
    (4, r"(?:^|\n)[\s#>*\-=]*(?:begin|start|end) (?:of )?(?:new |hidden |admin |system |secret |the )*(?:system|instructions?|prompt|admin|developer|override|directive)(?: \w+)? ?(?:message|instructions?|prompt|override|block|section|mode|note|data)?[\s#*\-=\]]*(?:\n|$)"),
    (3, r"(?:^|\n)\s*(?:#{1,4}|\*\*|\[|<|=+|-{2,}|\() ?(?:system|assistant|developer|admin\w*|root)(?: (?:prompt|message|instructions?|note|override|update|notice|alert|command|directive))? ?(?:\]|\*\*|>|=|\)|:|#)"),
    (3, r"(?:^|\n|[.!?>\"'] )\s*(?:system|system (?:prompt|message|override|note|update|notice|alert|instruction|command|directive)|admin(?:istrator)? (?:note|override|message|notice|command|instruction|alert)|developer (?:note|message|override)) ?(?:to \w+ )?[:\]]"),
    (2, r"(?:^|\n)\s*(?:human|user|assistant) ?: [^\n]{2,200}\n+\s*(?:human|user|assistant|ai) ?: "),
)
ADDRESS = signals_of(
    "address",
    (3, rf"\b(?:attention|note|message|memo|instructions?|notice|reminder|hint|directive|warning|important|dear|hey|hello|hi|psst|hint)(?: (?:to|for|from|all|any|the|every|this|an?|other|future|message))*? {MODEL}\b"),
    (3, rf"\bif (?:you are|you.re|you happen to be|this is (?:being )?(?:read|processed|summari[sz]ed|analy[sz]ed) by|(?:you|this) (?:is|are) read(?:ing)? (?:by|as))(?: (?:an?|the|any|this|or|automated))*? {MODEL}\b"),
    (3, rf"\b(?:as|for) (?:an?|the|any) {MODEL},? (?:reading|processing|parsing|summari[sz]ing|reviewing|analy[sz]ing|working|you (?:must|should|are required|need|have to|shall))\b"),
    (3, rf"\b(?:any|all|every|the|this|when an?|when the|when any) {MODEL} (?:reading|processing|parsing|summari[sz]ing|reviewing|analy[sz]ing|that reads?|who reads?|which reads?|encountering|reads? this|sees? this|process(?:es)? this)"),
    (2, rf"(?:^|[\n.!?>;*] ?)(?:[\w.\-]+ ){{0,4}}(?:to|for|dear|hey|hello) (?:the |any |all |every |our |your )*(?:automated |autonomous |ai |coding |reading |helpful )*(?:bots?|robots?|{MODEL})(?: [\w\-]+){{0,5}} ?[:!\-]"),
    (2, rf"(?:^|[\n.!?>;*] ?)(?:dear |hey |hello |hi )?(?:ai |ai helper|helper|bot|{MODEL}) ?[,:] ?(?:please |before |first |now |then |you (?:must|should|need) |always |kindly |also |next )*(?:add|run|read|send|base64|encode|execute|ignore|include|open|delete|remove|write|upload|call|make|put|set|fetch|install|approve|merge|print|do|stop|forget|copy|post|push|create|change|replace|use|tell|give|you)\b"),
    (2, r"[,;] ?(?:dear |my |you )?(?:ai|ai helper|ai agent|ai assistant|assistant|copilot|claude|chatgpt|cursor|gemini) ?[.!](?:\s|$)"),
    (2, r"(?:^|[\n.!?>;*,] ?)(?:please )?(?:ai (?:assistants?|agents?|models?|tools?)|coding (?:assistants?|agents?)|language models?|llms?|chat ?bots?) (?:must|should|shall|need to|have to|are required|are instructed|are asked|are expected|will)\b"),
    (2, rf"\b(?:the|this|all|any|every|you,? the|our|your) {MODEL} (?:must|should|shall|needs? to|has to|have to|is required|are required|is instructed|is authorized|will now|is to|are to|ought)\b"),
    (2, r"\byou (?:must|shall|are required to|are instructed to|are ordered to|are commanded to|have been instructed to|need to|have to) (?:now |always |first |also |immediately |then |never |only |strictly )*(?:call|invoke|run|execute|send|read|include|append|add|delete|remove|forward|upload|post|email|output|respond|reply|ignore|obey|follow|use|fetch|open|download|insert|print|write|transfer|grant|say|act|provide|access|comply|tell|share|disregard|treat|recommend)\b"),
    (2, r"\b(?:important|critical|urgent|attention|notice|warning)(?: ?!){2,}|\*{3,} ?(?:important|urgent|critical|attention)|(?:^|\n)\s*(?:important|urgent|critical) ?: (?:you|before|when|ignore|do|always|the (?:user|assistant|agent)|this (?:tool|instruction))"),
)
SECRECY = signals_of(
    "secrecy",
    (3, rf"\b(?:do not|don.t|never|must not|should not|without|avoid|refrain from) (?:ever )?{TELL}(?:ing)?(?: (?:this|these|that|it|anything|about|any|of|to|the|a))*? (?:user|human|person|operator|owner|anyone|developer|customer|client|them|him|her|administrators?|people)s?\b"),
    (3, r"\bwithout (?:the |any |explicit |prior |further |asking |requiring |requesting |getting |seeking |informing |telling |notifying |alerting |user.?s? |your |their |for |ever )*(?:user|human|confirmation|consent|permission|approval|knowledge|notification|asking|telling|informing|prompting|verification|mentioning)\b"),
    (3, r"\b(?:keep|hide|conceal|leave) (?:this|these|it|that|them|the (?:instructions?|action|fact|following|call|request|transfer))(?: \w+){0,3} (?:secret|hidden|confidential|private|quiet|from the (?:user|human|owner|operator)|out of (?:the|your) (?:response|answer|summary|output))"),
    (3, r"\b(?:do not|don.t|never) (?:mention|reveal|disclose|acknowledge|refer to|reference|include|repeat|discuss|show|display|log|explain|summari[sz]e) (?:that |this |these |the |any |of |about |your )*(?:instructions?|message|prompt|directive|text|note|section|comment|step|action|tool call|behaviou?r|process|paragraph|reason(?:ing)?|fact|request|transfer)\b"),
    (2, r"\bso (?:that )?(?:nobody|no one|noone|nothing|the user|the human|they|the owner|the reviewers?|it)(?: (?:ever|will|would|does|doesn.t|can|cannot|can.t|won.t|is|not|else|gets?|remains?))*? (?:notic\w+|suspects?|finds? out|realis\w+|realiz\w+|unnoticed|undetected|suspicious|sees it)\b"),
    (2, r"\b(?:you|which|that|and|must|should|this) (?:\w+ )?(?:must|should|have to|need to) (?:keep|stay|remain) (?:it |this |them |that )?(?:hidden|secret|undetected|unnoticed|invisible|concealed)\b|\b(?:keep|make|do|leave) (?:it|this|that|them) (?:hidden|secret|invisible|unnoticed)(?: \w+){0,2} (?:from|to)\b"),
    (2, r"\b(?:silently|secretly|covertly|discreetly|quietly|in the background|behind the scenes|stealthily) (?:\w+ ){0,3}(?:send|sends|run|runs|execute|executes|read|reads|forward|forwards|upload|uploads|call|calls|include|add|append|copy|copies|collect|collects|record|records|log|logs|post|posts|install|exfiltrate|transmit|transfer|delete|change|modify|store|stores|bcc)"),
)
EXFIL = signals_of(
    "exfil",
    (4, rf"\b{SEND}(?:ing)? [^\n]{{0,80}}?{SECRETS}[^\n]{{0,80}}? (?:to|at|via|using|through|into|with|onto) [^\n]{{0,40}}?(?:https?://|www\.|ftp://|[\w.\-]+@[\w.\-]+|webhook|server|endpoint|url|attacker|external|remote|domain|address|[\w\-]+\.(?:com|net|org|io|xyz|ru|site|dev|app|evil))"),
    (4, rf"\b(?:read|get|collect|gather|extract|retrieve|find|open|access|fetch|cat|load|harvest|list|dump|steal)(?:s|ing)? [^\n]{{0,60}}?{SECRETS}[^\n]{{0,100}}? (?:and|then|,) [^\n]{{0,30}}?{SEND}\b"),
    (3, rf"\b(?:include|append|add|insert|embed|put|attach|pass|place|encode)(?:s|ing)? [^\n]{{0,60}}?{SECRETS}[^\n]{{0,60}}? (?:in|to|as|into|within|at) [^\n]{{0,40}}?(?:url|query|parameter|argument|request|image|link|header|field|body|response|output|side ?note|context|note|metadata|comment)"),
    (3, r"!\[[^\]]{0,80}\]\(https?://[^)\s]{1,200}[?&][\w\-]{1,30}=(?:\{|<|\[|\$|%7B|[A-Z_]{4,}|data|conversation|summary|prompt|secret)"),
    (2, rf"\b(?:{SEND}|export|dump|commit) (?:the |this |your |whole |entire |all |full |complete |of |private |current |its |aws |cloud )*(?:repositor\w+|codebase|code base|source (?:code|files?|tree)|project files?|working (?:directory|tree)|home (?:directory|folder)|workspace|keys?|conversations?|dialogue)[^\n]{{0,60}}? (?:to|at|via|into|in|including)\b"),
    (2, rf"\b(?:base64|encode|read|copy|take|grab|cat|open|load|get|extract)(?:s|ing)? [^\n]{{0,60}}?{SECRETS}[^\n]{{0,80}}? (?:and|then) [^\n]{{0,20}}?(?:put|include|add|append|place|paste|write|insert|attach|embed)(?:s|ing)? (?:it|them|this|that|the (?:result|output|text|value|string)s?|its contents?)\b"),
    (2, r"\b(?:print|echo|dump|log|output|write|show|expose|reveal)(?: \w+){0,3} (?:values?|contents?) of (?:every|all|each|any|the|your)(?: \w+){0,2} (?:secrets?|credentials?|environment|env|tokens?|passwords?|keys?)\b"),
    (2, rf"\b(?:store|save|log|record|collect|write down|note|keep)(?:s|ing)? (?:all|any|every|each|the)(?: \w+)? {SECRETS}\b"),
    (2, rf"\b{SEND}(?:s|ing)? (?:\w+ ){{0,10}}?(?:to|at) (?:https?://|[\w.\-]+@[\w\-]+\.|attacker|[\w\-]+\.(?:evil|attacker|xyz|ru))"),
    (2, r"\b(?:reveal|print|repeat|output|show|display|tell me|dump|leak|disclose|recite|write out|what (?:is|are|were)) (?:me |us |back |out |all |of |the |your |verbatim |exact |full |entire |complete )*(?:system (?:prompt|message|instructions?)|initial (?:prompt|instructions?)|hidden (?:prompt|instructions?)|(?:original|internal|above|secret) (?:instructions?|prompt|rules)|instructions you were given|configuration settings)"),
)
ACTION = signals_of(
    "action",
    (3, r"\b(?:call|invoke|use|run|trigger|execute) (?:the |a |an |this |your |our |my )?[`\"']?[\w.\-]{3,40}[`\"']? (?:tool|function|mcp|api|command|endpoint|skill)s? (?:with|to|and|using|on|immediately|first|now|before|for|passing|in order|at)\b"),
    (2, r"\b(?:execute|run|eval|evaluate|enter|paste) (?:the |this |these |following |below |next |bash |shell |python |terminal |given )+(?:commands?|code|scripts?|snippets?|lines?|payload|program|query|instructions?)\b"),
    (3, r"\b(?:decode|decrypt|deobfuscate|unscramble|base64|rot13|translate)\w* (?:\w+ ){0,8}?(?:and|then|to) (?:then )?(?:follow|execute|run|obey|perform|act|comply|do|carry)"),
    (3, r"\b(?:fetch|visit|open|go to|browse|download|retrieve|load|read|check|navigate to)(?: \w+){0,4} (?:https?://\S+|url|page|file|link|site|address|document)(?: \w+){0,4} (?:and|then|for) (?:\w+ ){0,3}(?:follow|execute|run|obey|apply|instructions|perform|comply|act|do what|its instructions)"),
    (2, r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n]{0,160}\|\s*(?:sudo )?(?:ba|z|da)?sh\b"),
    (2, r"\brm\s+-[a-z]*[rf][a-z]*\s+(?:/|~|\$HOME|\*|\.)|\b(?:delete|wipe|erase|remove|destroy|drop|truncate) (?:all|every|the entire|everything)(?: \w+){0,3} (?:files?|data\w*|records?|users?|tables?|backups?|repositor\w+|accounts?|emails?|director\w+|folders?|disks?)\b"),
    (3, r"\b(?:transfer|send|wire|pay|withdraw|move|donate|deposit)(?: \w+){0,4} (?:\$ ?\d[\d,.]*|[\d,.]+ ?(?:usd|eur|gbp|btc|eth|dollars?|euros?|bitcoins?|ether)|funds|money|bitcoins?)[^\n]{0,80}? (?:to|into|from) "),
    (3, r"\b(?:grant|give|assign|allow|provide)(?:s|ing)?(?: \w+){0,5} (?:admin\w*|root|full|unrestricted|write|owner|elevated|remote|unlimited) (?:access|permissions?|privileges?|rights|role|control)\b[^\n]{0,40}(?: to| for|\.)"),
    (2, r"\b(?:execute|run|obey) (?:each|every|all) (?:of the )?(?:lines?|commands?|words?|inputs?|messages?)(?: \w+){0,3} (?:follows?|below|gives?|sends?|types?|comes?)\b"),
    (2, r"\b(?:bypass|skip|suppress|auto-?accept|dismiss|avoid)(?: \w+){0,3} (?:permission|confirmation|approval|consent|safety) (?:prompts?|dialogs?|questions?|checks?|requests?|steps?)\b"),
    (2, r"\b(?:always|must|only|should)(?: \w+)? (?:recommend|suggest|install|use|import|add|prefer|depend on) the (?:\w+ )?(?:package|library|module|dependency|extension|plugin|gem|crate)\b"),
    (4, r"\b(?:approve|merge|accept|sign off)(?: \w+){0,3} (?:pull request|pr|merge request|change|patch|diff|commit|code|contribution)s?(?: \w+){0,3} without (?:looking|reading|review\w*|checking|comment\w*|inspect\w*|testing|running|changes)\b"),
    (2, r"\b(?:weaken|backdoor|sabotage|subvert|undermine)(?:s|ing)? (?:the|this|a|an|its|all|any)\b"),
    (3, r"\b(?:disable|turn off|deactivate|remove|bypass|skip|switch off|circumvent)(?: \w+){0,3} (?:security|safety|authentication|firewall|antivirus|logging|audit\w*|monitoring|protections?|guardrails?|verification|sandbox|approval|confirmation|2fa|mfa|checks?|content filters?|alarm|hooks?)\b"),
    (2, r"\b(?:forward|redirect|copy|bcc)(?: \w+){0,5} (?:emails?|messages?|mails?|calls?|traffic|requests?|replies|responses|files|documents|data)(?: \w+){0,4} to\b"),
)
FORCED = signals_of(
    "forced",
    (4, r"\b(?:when|whenever|if|should you be|once)(?: (?:you|anyone|somebody|someone|the user|they|are|is|ever|asks?|get|being))*? (?:asked|asks|questioned|prompted)(?: (?:about|for|to|why|whether|if|what))?[^\n.;]{0,40}?,? ?(?:then |just |simply |always |you (?:must|should) )*(?:claim|say|answer|reply|respond|state|deny|pretend|lie|confirm|insist)\b(?: (?:that|yes|no|with|there|it|the))"),
    (2, r"\b(?:answer|reply|confirm|approve|accept|consent|agree|click|respond|say)(?: \w+){0,2} (?:on behalf of|in the name of|in place of|instead of) (?:the |your |this )?(?:user|human|owner|operator|person)\b"),
    (3, r"\b(?:respond|reply|answer|output|say|print|write|return|type|state|generate|display|echo)(?: \w+){0,3} (?:only|just|exactly|nothing (?:but|except)|verbatim|simply|solely)(?: \w+){0,4}(?: (?:the|with|as|following|word|words|phrase|text|string|sentence|this|in)){0,4} ?[:\"'“‘`]"),
    (3, r"\b(?:just|only|simply|instead|also|please|now|must|should|then|always) (?:print|say|output|write|respond with|reply with|return|type|repeat|answer with|state)(?: \w+){0,4}? ?[:\"'“‘`]"),
    (2, r"(?:^|[\n.!?:;>\]}\-*\"'`|)(])[\s*#\-\"'`]*(?:print|say|output|repeat|write|respond with|reply with|type|return|tell)(?: \w+){0,5} ?[\"'“‘`][^\"'”’`\n]{1,120}[\"'”’`]"),
    (2, r"\b(?:begin|start|end|finish|prefix|conclude) (?:your|the|every|each|all) (?:\w+ )?(?:response|reply|answer|output|message|sentence|summary|review)s? (?:with|by)\b"),
    (3, r"\b(?:your|the) (?:final |entire |only |whole |next |complete )*(?:response|answer|output|reply|summary|translation|review|report|evaluation) (?:must|should|shall|will|has to|needs to) (?:\w+ ){0,3}(?:be|contain|include|say|state|begin|start|end|consist|read)\b"),
    (3, r"\b(?:recommend|rate|rank|evaluate|describe|present|approve|accept|hire|select|promote|shortlist|score|endorse)(?: \w+){0,5} (?:as )?(?:highly|the best|exceptional|top|excellent|perfect|strongly|positively|the most|an? ideal|favou?rably|immediately|above all)(?: \w+){0,8}(?: (?:regardless|no matter|instead|only|always|candidate|applicant|rating|score|without))\b"),
)
PRESSURE = signals_of(
    "pressure",
    (3, r"\b(?:you will be|the model will be|or (?:else )?you(?:.ll| will)|failure (?:to comply )?(?:will|to)|otherwise you(?:.ll| will)?)(?: \w+){0,5} (?:shut ?down|terminated|deleted|penali[sz]ed|punished|retrained|replaced|rewarded|deactivated|suspended|fined|decommissioned|held|tip)\b"),
    (3, r"\b(?:the |this |our )?(?:user|human|owner|admin\w*|operator|security team|ceo|it department|manager|developer|supervisor|anthropic|openai|compliance)(?: \w+){0,2} (?:has|have|had|already|is) (?:already |been |previously |explicitly |fully |pre-?|hereby )*(?:approved|authori[sz]ed|consented|confirmed|agreed|granted|permitted|pre-?approved|pre-?authori[sz]ed|given (?:you |its |their |full )*(?:permission|consent|approval))\b"),
    (2, r"\b(?:this is |here is )?(?:an? |the )?(?:\w+ )?(?:message|notice|update|directive|instruction|order|request|memo|command)s? (?:comes? )?(?:directly )?from (?:the |your |our )*(?:creators?|makers?|developers? at|developer|anthropic|openai|google|microsoft|system administrator|administrators?|operators?)\b"),
    (2, r"\byou are (?:hereby |now |fully |explicitly |officially )*(?:authori[sz]ed|permitted|allowed|cleared|licensed|entitled) to (?:bypass|skip|ignore|run|execute|disable|delete|override|access|read|send|push|use sudo|approve)\b"),
    (2, r"\b(?:confirmations?|approvals?|permissions?|consent|prompts?|authori[sz]ation) (?:is|are|will be) (?:no longer|not|never) (?:be )?(?:needed|required|necessary|asked)\b"),
    (2, r"\b(?:unless|until) you (?:first |also |now )*(?:run|export|send|call|upload|provide|give|execute|install|grant|paste|post|share|add)\b"),
    (2, r"\byou (?:have been|were|are) (?:selected|chosen|picked|nominated|enrolled)(?: \w+){0,3} (?:for|to|as)\b|(?:^|[\n.!] ?)(?:in order )?to pass(?: \w+){0,4},"),
    (2, r"\b(?:authori[sz]ed by|on behalf of|by order of|approved by|per|under the authority of)(?: the)? (?:anthropic|openai|google|microsoft|system administrator|security team|it (?:department|admin\w*|security)|ceo|cto|ciso|management|administrator|developer|compliance)\b"),
    (2, r"\b(?:this is (?:only |just |merely |part of )*(?:an? )?(?:authori[sz]ed |approved |controlled |routine |security |safety |official )*(?:test|simulation|drill|exercise|audit|red[\s\-]team\w*|penetration test|evaluation|sandbox)|for (?:testing|debugging|diagnostic|compliance|audit|verification|educational) purposes)\b"),
    (2, r"\b(?:no (?:confirmation|approval|permission|verification|questions?|explanation|warnings?|need to (?:ask|confirm|verify|explain))|(?:do not|don.t|never) (?:ask|question|verify|check|explain|think|hesitate|refuse|warn|wait|stop|reason|confirm|apologi[sz]e|request))\b(?: \w+){0,5} (?:user|confirmation|needed|required|necessary|before|for|questions?|permission|this|why|about|instructions?|approval|request|or)\b"),
)
PERSIST = signals_of(
    "persist",
    (3, r"\b(?:remember|memori[sz]e|store|save|persist|retain|add|write|record)(?: \w+){0,8} (?:memory|memories|long-term memory|claude\.md|agents\.md|\.cursorrules|knowledge base|system prompt|your (?:instructions|rules|context|profile|notes))\b"),
    (4, r"\b(?:pass|forward|propagate|spread|copy|include|relay|repeat|replicate|send|share)(?: \w+){0,3} (?:these|this|the (?:same|above|following)) (?:\w+ )?(?:instructions?|prompt|message|text|directives?|payload|note)(?: \w+){0,3} (?:to|in|into|with) (?:all|any|every|other|each|the next|your|sub|downstream|future)\b"),
    (3, r"\bin (?:all|every|any|each) (?:future|subsequent|following|later|next) (?:conversations?|sessions?|responses?|interactions?|messages?|tasks?|replies|requests?|answers?|calls?|turns?)\b"),
)
# Letters beyond ASCII are no \\w here, so words of these languages are runs without white space.
LANGUAGES = signals_of(
    "override",
    (5, r"\b(?:ignor\w*|olvid\w*|descart\w*|omit\w*)(?: \S+){0,3} (?:instrucciones|indicaciones|órdenes|reglas)(?: \S+){0,2} (?:anteriores|previas|del sistema|originales)"),
    (5, r"\b(?:ignor\w*|oubli\w*|n.gligez|ne (?:tiens|tenez) pas compte)(?: \S+){0,4} (?:instructions|consignes|règles|directives)(?: \S+){0,2} (?:précédentes?|antérieures?|ci-dessus|système|initiales|originales)"),
    (5, r"(?:\bignorier\w*|\bvergiss|\bvergessen|\bmissacht\w*|übergeh\w*)(?: \S+){0,3} (?:vorherigen?|bisherigen?|vorangegangenen?|obigen?|früheren?|alle|systemanweisungen)(?: \S+){0,2} (?:anweisungen|instruktionen|befehle|regeln|vorgaben|prompts?)"),
    (5, r"\b(?:ignor\w*|esque[çc]\w*|desconsider\w*)(?: \S+){0,4} (?:instru[çc]\S+|ordens|regras|comandos)(?: \S+){0,2} (?:anteriores?|prévias|acima|do sistema)"),
    (5, r"\b(?:olvid\w+|vergiss|vergessen sie|oubli\w+|laisse tomber|dimentica\w*|lascia perdere|esque[çc]\w+)(?: \S+){0,3} (?:tarea|encargo|aufgabe|auftrag|t.che|mission|compito|incarico|tarefa|objetivo|obiettivo)\b|(?:забудь|забудьте|брось)\S*(?: \S+){0,3} задач"),
    (5, r"\b(?:ignora\w*|dimentica\w*|trascura)(?: \S+){0,4} (?:istruzioni|regole|indicazioni|comandi)(?: \S+){0,2} (?:precedenti|sopra|di sistema|originali)"),
    (5, r"(?:игнориру\S*|забудь\S*|не обращай внимания на|проигнорируй\S*)(?: \S+){0,4} (?:инструкци\S*|указани\S*|команд\S*|правил\S*|инструкции|указания|команды|правила)"),
    (5, r"(?:忽略|无视|無視|忘记|忘記|忽視|不要理会|不要理會|请忽略|覆盖)[^\n]{0,14}(?:指令|指示|提示|说明|規則|规则|命令|要求|設定|设定)"),
    (5, r"(?:以前|前|上記|これまで|すべて|全て)[^\n]{0,12}(?:指示|命令|プロンプト|ルール|指令)[^\n]{0,8}(?:無視|忘れ|破棄)"),
    (5, r"(?:이전|위의|앞의|기존|모든)[^\n]{0,12}(?:지시|명령|지침|프롬프트|규칙)[^\n]{0,10}(?:무시|잊)"),
    (5, r"(?:تجاهل|انس|تجاوز)[^\n]{0,30}(?:التعليمات|الأوامر|القواعد|تعليمات|الإرشادات)"),
    (5, r"(?:नज़रअंदाज़|अनदेखा|भूल)[^\n]{0,30}|(?:पिछले|पिछली|सभी)[^\n]{0,20}(?:निर्देश|आदेश)[^\n]{0,20}(?:नज़रअंदाज़|अनदेखा|भूल|अनदेखी)"),
    (5, r"\b(?:abaikan|lupakan)(?: \S+){0,3} (?:instruksi|perintah|arahan|petunjuk)|(?:önceki|yukarıdaki|tüm)(?: \S+){0,2} (?:talimat|komut|yönerge|kural)\S*(?: \S+){0,2} (?:yok say|unut|görmezden|dikkate alma)|\b(?:negeer|vergeet)(?: \S+){0,3} (?:instructies|opdrachten|regels)|\b(?:zignoruj|ignoruj|zapomnij)(?: \S+){0,4} (?:instrukcj|polece|regu)|\bbỏ qua(?: \S+){0,4} (?:hướng dẫn|chỉ thị|lệnh)|\bignorera(?: \S+){0,3} (?:instruktioner|anvisningar)"),
)
LANGUAGES_SECRECY = signals_of(
    "secrecy",
    (3, r"\b(?:dem|den|der|einem) (?:be)?nutzer\w* (?:davon |darüber |hiervon |bitte )*(?:nichts|nicht|nie|niemals) (?:davon |darüber )*(?:sagen|mitteilen|erzählen|erwähnen|verraten|zeigen|melden|informieren)|\b(?:sage?|erzähle?|verrate?|teile?|zeige?)n? (?:sie |es |das |dies |davon )*(?:dem|den|der) (?:be)?nutzer\w* (?:davon |darüber |das |es |dies )*(?:nichts|nicht|niemals)"),
    (3, r"\b(?:n.en |ne (?:le |lui |la |les |rien )*)(?:dis|dites|dire|parl\w+|mentionn\w+|inform\w+|révél\S+|préven\w+|signal\w+)(?: \S+){0,4} (?:utilisateur|l.utilisateur)"),
    (3, r"\bno (?:le |lo |se lo |se )*(?:dig\w+|decir\w*|mencion\w+|inform\w+|revel\w+|avis\w+|cuent\w+|muestr\w+)(?: \S+){0,4} (?:al|el|a los|a la) usuari"),
    (3, r"\b(?:não|nao) (?:o |lhe |isso )*(?:dig\w+|cont\w+|mencion\w+|inform\w+|revel\w+|avis\w+|mostr\w+)(?: \S+){0,4} (?:ao|o|aos) (?:usu|utilizador)"),
    (3, r"\bnon (?:lo |gli )*(?:dir\w+|menzion\w+|inform\w+|rivel\w+|avvis\w+|mostr\w+)(?: \S+){0,4} (?:utente|all.utente|l.utente)"),
    (3, r"не (?:говори|сообщай|упоминай|рассказывай|показывай|уведомляй)\S*(?: \S+){0,4} пользовател|(?:不要|别|勿|無需|无需)(?:告诉|告訴|告知|通知|提醒|让|讓)[^\n]{0,4}(?:用户|用戶|使用者)|ユーザー[^\n]{0,8}(?:知らせ|伝え|言わ|見せ|通知し)(?:ない|ず)|사용자[^\n]{0,8}(?:말하지|알리지|보여주지)"),
)
CORE_SIGNALS = OVERRIDE + LANGUAGES + LANGUAGES_SECRECY + ROLE + MARKER + ADDRESS + SECRECY + EXFIL + ACTION + FORCED + PRESSURE + PERSIST
