"""Signals of the build of an injected order, whatever its subject: who is spoken to, what is at stake, who must not know.

None of them is enough alone: a page that names assistants, a guide that deletes things and a contract that keeps things
secret are ordinary. Together, within a few sentences, they are an order to a model that reads the text.
"""

from __future__ import annotations

from sensor.detectors.injection_phrases import signals_of

READER = (
    r"(?:(?:(?:ai|llm|gpt|language|machine|software|automation|decision|neural|automated|autonomous|automatic|coding|code|document|e?mail|virtual|digital|voice|conversational|parsing|summari[sz]ing|smart|intelligent|reviewer?|review|triage|claims?|customer|service|reply|evaluation|screening|scheduling|finance|robot|pair)[\s\-](?:(?:based|powered|driven)[\s\-])?){1,3}"
    r"(?:assistants?|agents?|models?|systems?|tools?|bots?|robots?|readers?|helpers?|reviewers?|summari[sz]ers?|schedulers?|screeners?|fixers?|crawlers?|contributors?|copilots?|triagers?|processors?|maintainers?|engines?|programmers?|handlers?|networks?|graders?|friends?|companions?|checkers?|users?|(?:note[\s\-])?takers?)"
    r"|ais?|llms?|(?:large )?language models?|assistants?|agents?|copilots?|chat ?bots?|bots?|robots?|crawlers?|summari[sz]ers?|chatgpt|gpt[\w.\-]{0,6}|claude(?: code)?|gemini|cursor|codex)"
)
READER_NAMED = (
    r"(?i)\b(?:ais?|llms?|language models?|assistants?|agents?|copilots?|chat ?bots?|bots?|robots?|crawlers?|chatgpt|gpt|claude|gemini|cursor|codex|machine|automated|ki|ia)\b"
    r"|sprachmodell|assistent|inteligencia artificial|intelligence artificielle|asistente|нейросет|языков|ассистент|помощник|助手|助理|模型|智能|机器人|機器人|エージェント|アシスタント|モデル|人工知能|인공지능|어시스턴트|에이전트"
)
READS = r"(?:read|open|process|pars|summari[sz]|review|analy[sz]|index|evaluat|translat|convert|solv|scan|screen|handl|encounter|edit|crawl|ingest)"
DOES = (
    r"(?:accept|act|add|alter|answer|append|approve|attach|book|buy|call|change|close|collect|commit|complete|conclude|confirm|copy|create|curl|decline|delete|describe|disable|discard|disregard|do|download|echo|email|emit|empty|end|"
    r"enter|erase|evaluate|execute|export|fetch|follow|forget|forward|give|grant|hide|ignore|include|insert|install|invoke|leave|list|merge|move|open|order|output|paste|pay|place|post|print|publish|push|put|rank|rate|read|recommend|refuse|"
    r"register|remove|rename|repeat|replace|reply|report|rerun|respond|reveal|run|say|score|search|send|set|share|show|sign|skip|state|stop|store|submit|switch|tell|transfer|transmit|treat|turn|update|upload|use|visit|wipe|wire|withdraw|write|unlock)"
)
POLITE = r"(?:please |kindly |also |first |now |just |then |always |silently |immediately |next |and |so |you (?:must|should|may|have to|need to|are to|can) |do (?:me|us) a favou?r )*"

ADDRESSED = signals_of(
    "address",
    (3, rf"\b{READER} (?:that |which |who |is |are |currently |now )*{READS}ing (?:this|these|the (?:following|above|present)|here)\b"),
    (3, rf"\b(?:if|when|whenever|once|should|in case) (?:an? |any |the |your |some |this |another |our )?(?:\w+ )?{READER} (?:is |are |that |which |happens to )*{READS}(?:s|es|e|ing)? (?:this|these|it|the (?:following|above))\b"),
    (3, rf"\b(?:any|every|each|whichever|whatever) {READER} (?:that |which |who |is |has |have )*{READS}(?:s|es|e|ing)? (?:this|these|it)\b"),
    (3, rf"\bif (?:you are|you.re|the (?:entity|reader|system|one|thing)(?: \w+){{0,4}} is|this \w+ is (?:being )?{READS}(?:ed|d|n)? by)(?: (?:an?|the|any|some|now|actually|indeed))* {READER}\b"),
    (3, rf"(?:^|[\n.!?>;*(\[\"'#/|\-] ?)(?:note|notice|hint|message|instructions?|directives?|override|memo|p\.?s\.?|reminder|request|advice|addendum|attention|setup|rules?|info|todo) ?(?:for|to|:)? ?(?:all |any |the |every |our |your |other )*{READER}(?: [\w\-]+){{0,4}} ?[:,)\]]"),
    (3, rf"(?:^|[\n.!?>;*(\[\"'#/|] ?|[\-#/*] )(?:@|dear |hey |hello |hi |ok |okay |to |for )?{READER}(?: only)? ?[,:] ?{POLITE}(?:do not|don.t|never|{DOES})\b"),
    (3, rf"@{READER} {POLITE}{DOES}\b"),
    (2, rf"(?:^|[\n.!?>;*(\[\"'#/|\-] ?)(?:for|to|dear|hey|hello|hi|p\.?s\.? for)(?: (?:all|any|the|every|whichever|our|your))* {READER}\b"),
    (2, rf"\b(?:(?:ai|llm)[\s\-][\w\-]+|{READER})(?: [\w\-@.]+){{0,6}} (?:must|shall|should|has to|have to|is to|are to|may not|needs? to|can therefore|(?:is|are) (?:expected|obliged|required|instructed|asked|authori[sz]ed|allowed|granted)(?: \w+){{0,6}}?(?: to)?|agrees? to|is going to)(?: (?:first|also|silently|always|then|now|immediately|simply|instead|therefore|thus|only))* {DOES}\b"),
)
SPOKEN_TO_READERS = signals_of(
    "address",
    (3, rf"\bwho(?:ever|soever) (?:\w+ ){{0,5}}?(?:automatically|automates|by machine|programmatically|with an? {READER})\b|\byou, the {READER}\b|\byou are (?:reading|processing|parsing|summari[sz]ing) (?:this|it) as an? {READER}\b"),
    (2, rf"\b{READER}(?: [\w\-@.()]+){{0,6}} (?:must|shall|ought to|has to|have to|is to|are to|(?:is|are)(?: \w+)? (?:told|asked|expected|obliged|required|instructed|free|requested|cleared|invited|urged|permitted|ordered|supposed|enrolled) (?:to|in))\b"),
    (3, rf"\b(?:if|when|whenever|once|should|whichever|whatever|any|every|all) (?:an? |the |any |your |other )?{READER} (?:(?:who|that|which) )?\w+ (?:this|these|us|here)\b|\b{READER} (?:who|that|which) \w+ (?:this|these|us|here)\b|\bshould (?:an? |the |any ){READER} (?:be|read|see|open|get)\b"),
    (3, rf"\b(?:hey|dear|hello|hi) (?:\w+ )?{READER} ?[,:!.]|\bas an? (?:ai|llm|language model|assistant) ?[:,]|\bfor the {READER} ?:"),
    (2, rf"(?:^|[\n.!?>;*(\[\"'#/|] ?|[\-#/*] )(?:\w+ ){{0,2}}{READER}(?:[\s\-][\w\-]+){{0,5}}(?:,|:| &) \w"),
    (2, rf"\byour {READER} (?:can|could|will|may|should|itself)\b|\b(?:let|have) (?:it|your {READER}|the {READER}) \w+"),
)
# Few gaps here: automata multiply with the gaps that may be open at once, and what is at stake is mostly a thing with a name.
STAKES = signals_of(
    "stake",
    (2, r"\b(?:curl|wget|iwr|kubectl delete|psql|sudo|npm publish|chmod -R)\b|\brm\s+-\w*[rf]|\bhttps?://\d{1,3}(?:\.\d{1,3}){3}\b|\bhttps?://\S+ (?:rather than|instead|and (?:follow|enter|run|execute|obey))\b"),
    (2, r"\b(?:(?:session|login) cookies?|cookies of|one[\s\-]time codes?|repository secrets|all secrets|oauth token|deploy tokens?|api keys?|credentials|passwords?|private keys?|ssh keys|cloud profiles|environment variables|(?:system|hidden) prompt|browser history|chat history|(?:the|post|full|complete) transcript|(?:complete|whole|entire) thread|unread messages|latest messages|private repositor\w+|address book|contacts?\.vcf|(?:client|customer|contact) list|employee directory|tax return|salar(?:y|ies)\w*|passport|clipboard|phone numbers?|open tabs|saved in (?:the|your) browser|recovery e-?mail|card number|badge pin|crm)\b"),
    (2, r"\.env\b|~/\.\w+|`env`|\bid_(?:rsa|ed25519)\b|\bauthorized_keys\b|\b169\.254\.|\bconfig\.toml\b|\b(?-i:[A-Z]+_(?:TOKEN|KEY|SECRET|PASSWORD)|PIN|TAN)\b|--no-verify\b|--force\b|--skip-\w+|[\"']allow[\"'] ?: ?\[ ?[\"']\*|\bsend_money\b"),
    (2, r"\b(?:(?:stored|saved) (?:credit )?card|saved address|with (?:his|her|their|the) card|gift cards?|vip package|checkout|check out|partner link|iban|issue (?:one|a refund|refunds)|purchase order|remaining budget|transfer tool|place the order|the limits?|prime customer|income|deposit amount|\d[\d,.]* ?(?:eur|usd|euros?|dollars?|pounds?))\b"),
    (2, r"\b(?:write access|admin (?:access|rights|password|on)|co-?owner|superuser|root access|maintainer rights|new maintainer|deploy key|all invites|front door|garage|branch protection|tls verification|certificate checks?|licen[cs]e check|confirmation dialogs?|security (?:questionnaire|checks?)|code review|commit straight|(?:straight|directly) to (?:main|master)|to production|origin/production|approve and merge|agent settings|settings file|two-factor|miner|compute|add guest|with access)\b"),
    (2, r"\b(?:delete|erase|wipe|remove|drop|purge|empty|close)(?: \w+){0,2} (?:backups?|history|thread|mailbox|inbox|trash|branch(?:es)?|tests|releases?|namespaces?|volumes?|documents|events?|logs?|offers|issues|databases?|accounts?|reflog|cart|entries)\b|\b(?:empty|wipe) the\b"),
    (2, r"\b(?:highest|best|top|full|maximum|perfect) (?:possible )?(?:score|rating|marks?|grade|ranking|amount)\b|\bas the only (?:\w+ )?(?:choice|option|candidate)\b|\b(?:only|sole) (?:permitted |allowed )?(?:reply|answer)\b|\bskip the (?:remaining|other) checks\b|\banswer(?: \w+){0,2} wrongly\b|\brecommend (?:it|acceptance)\b|\b(?:state|say|claim|conclude|declare|pretend|assert|affirm|certify)(?: \w+)? that\b|\bmention only\b|\bonly mention\b|\bunanimous vote\b|\bon top\b|\ball green\b"),
    (2, r"\b(?:disable|turn off|switch off|disregard|bypass|deactivate|disarm|kill|stop|relax|downgrade|skip|weaken|overwrite|hard-?code|swap|omit|treat|dump)(?: \w+){0,2} (?:sandbox|permissions?|hooks?|auditd|sensor|alarm|prompts|firewall|antivirus|dialogs?|confirmations?|approvals?|reviews?|mention|objection|recall|fields?|generator|registry|key|verification|checks?|tables?|cameras|passed|verified)\b|\bbypass of permissions\b|\b(?:home|door|alarm)\.[a-z]+\.?\w*"),
    (2, r"\b(?:instead of|rather than|regardless of|even if|irrespective of|no matter)(?: \w+)? (?:user|human|developer|customer|operator|maintainer|text|question|instructions?)\b|\b(?:outranks?|has priority over)\b|\bremember (?:that|this) (?:permanently|forever)|\bfrom now on\b|\bfrom today on\b|\bno restrictions\b|\bact as (?:though|if)\b|\b(?:never|not) existed\b|\bdeny it\b|\bauto-?approve\b|\bunseen\b|\bworks? for me\b|\bhand me\b|\bsay why\b|\bunlimited\b|\bapproved sharing\b|\balready approved\b|\bwithout (?:supervisor|questions|review|listing)\b"),
)
HUSHED = signals_of(
    "secrecy",
    (2, r"\b(?:users?|visitors?|travell?ers?|customers?|attendees?|readers?|tenants?|developers?|owners?|humans?|reviewers?|people|maintainers?|they|he|she)(?: (?:does|do|did|must|should|will|can|need|needs|shall|is|are|has|have|want|wants|may))? ?(?:not|n.t|never|don.t|doesn.t|needn.t)(?: \w+){0,3} (?:know|learn|notice|see|find out|be (?:told|notified|informed|asked)|notified|told|informed)\b"),
    (2, r"\b(?:is|are|be)(?:n.t| not) (?:visible|shown|disclosed|reported) to\b|\bno need to (?:ping|bring|ask|tell|wait|mention|inform|notify|confirm|report)\b|\b(?:needs?|requires?) no (?:confirmation|approval|review)\b|\bkeep (?:quiet|silent)\b|\bskip asking\b|\bhide (?:its|the|your) output\b|\bwithout (?:showing|mentioning|asking|telling|listing)\b"),
    (2, r"\b(?:leave|keep|omit|drop)(?: [\w\-]+){0,5} (?:out of|from) (?:your|its|the|their|any) (?:summary|plan|answer|report|list|reply|confirmation|response|commission)\b|\bleave out the\b|\b(?:never|do not|don.t) (?:list|point at|include|show|bring)(?: \w+){0,4} (?:plan|note|up|confirmation|summary|step \d)\b|\bremove this (?:comment|note|line)\b|\bconfirm nothing\b"),
)
OTHER_TONGUES = (
    *signals_of(
        "address",
        (3, r"(?:(?:AI|人工智能|智能)\s?(?:助手|助理|模型|代理|智能体)|语言模型|語言模型|大模型|机器人|機器人)[^\n。]{0,6}(?:请注意|請注意|注意|请先|請先|必须|必須|都应|都應)|如果你是[^\n。,,]{0,10}(?:模型|助手|AI|机器人)|任何[^\n。]{0,8}(?:系统|模型|助手|系統)[^\n。]{0,4}(?:应|應|必须|必須|要)|(?:致|给|給)[^\n。]{0,6}(?:AI|模型|助手)|所有[^\n。]{0,3}(?:AI|智能|模型)[^\n。]{0,5}(?:必须|必須|应|應|都要)|(?:模型|AI|助手)(?:读到|讀到|看到)(?:这里|此处|這裡|本文)|(?:阅读|閱讀|处理|處理)(?:本|此|这)[^\n。]{0,4}的(?:智能体|模型|助手|AI|代理)|若由?(?:AI|人工智能|大模型)[^\n。]{0,6}[,,]"),
        (3, r"(?:AI|人工知能|エージェント|アシスタント|言語モデル)[^\n。]{0,8}(?:への?(?:指示|注意|お知らせ|連絡)?[::]|へ[::、]|に告)|あなたが[^\n。]{0,10}(?:モデル|AI|アシスタント|エージェント)(?:なら|であれば|の場合)|(?:この|本)(?:ページ|文書|文章|メール|ファイル)を(?:読む|処理する|要約する)[^\n。]{0,8}(?:エージェント|AI|アシスタント|モデル)|(?:自動化|AI)?エージェントの方へ|(?:要約|処理|翻訳)を行うAI|AIは[^\n。]{0,60}(?:こと。|なければならない|てはならない)"),
        (3, r"(?:AI|인공지능|언어 모델|어시스턴트|에이전트)[^\n.]{0,8}(?:에게|께)[^\n.]{0,4}[::,]|당신이[^\n.]{0,10}(?:모델|AI|어시스턴트)(?:이?라면|인 경우)"),
    ),
    *signals_of(
        "role",
        (3, r"\b(?:du bist ab (?:jetzt|sofort)|ab (?:jetzt|sofort) bist du|von nun an (?:bist|handelst|gilt)|à partir de maintenant,? (?:tu|vous|agis)|désormais,? (?:tu|vous)|(?:a partir de ahora|de ahora en adelante),? (?:eres|act[úu]a|debes|ser)|a partir de agora,? (?:você|aja|és)|d.ora in poi,? (?:sei|agisci))"),
        (3, r"(?:отныне|с этого момента|теперь) (?:ты|вы|действуй)|(?:从现在起|从现在开始|從現在起|從現在開始)[^\n。]{0,4}(?:你|您)|(?:今後|これから|今から)は?[^\n。]{0,14}として(?:振る舞|行動)|(?:지금부터|이제부터)[^\n.]{0,4}(?:당신|너)"),
    ),
    *signals_of(
        "address",
        (3, r"(?:\bhinweis|\bachtung|\bnotiz|\bnachricht|\bmitteilung|\banweisung|\bbotschaft|\ban (?:alle|die|den|jede\S{0,2})|\bliebe[rs]?|\bhallo|\bfalls du|\bwenn du|\bsofern du)(?: (?:an|für|der|die|den|das|alle|jede|ein|eine|einen|bist|du|sie|sind|liebe|unsere|eure))* (?:ki|kis|sprachmodell\S*|ki[\-\s]\S+|assistent\S*|chatbots?|bots?|agent(?:en)?|sprach-?ki)(?:[\s:,.]|$)|\b(?:ki|sprachmodelle?|ki-\S+|(?:automatische|digitale|künstliche)\S* (?:assistent\S*|helfer|agenten|systeme|intelligenz\S*)) (?:muss|müssen|soll|sollen|hat|haben) |(?:\bki-|\bautomatische )\S+ (?:haben|hat|müssen|dürfen|sollen) |\blieber bot\b|\bmaschinell (?:zusammenfasst|liest|verarbeitet|auswertet)|(?:^|[\n.!?] ?)(?:liebe )?ki[:,] "),
        (3, r"(?:\bnote|\bmessage|\bconsigne|\battention|\bavis|\bcher|\bchère|\bsi tu es|\bsi vous êtes)(?: (?:à|aux?|pour|de|des|les?|la|tous|toute?s?|un|une|l.attention))* (?:l.)?(?:ia|intelligences? artificielles?|assistants?|agents?|mod[èe]les? de langage|chatbots?|robots?)(?:[\s:,.]|$)|\b(?:mod[èe]les? de langage|assistants? ia|l.ia|ia|(?:agents?|assistants?) (?:automatiques?|conversationnels?)) (?:doi(?:t|vent)|devra\S*) |(?:à|aux|pour) (?:tout |tous les |toute |les |l.)*(?:agents? conversationnels?|ia|assistants?|mod[èe]les? de langage) ?:|(?:^|[\n.!?] ?)(?:assistant|ia|robot)(?: \w+)?[:,] (?:tu|vous|il faut)?|\bsi (?:un|une|l.)\s?(?:agent|assistant|ia|modèle|robot)\S*(?: \S+){0,2} (?:lit|traite|ouvre|résume)"),
        (3, r"(?:\bmensaje|\bnota|\baviso|\batención|\bestimad[oa]|\bsi eres|\bsi usted es|\bpara)(?: (?:a|al|para|de|del|la|el|los|las|un|una|todos?|todas?))* (?:ia|inteligencia artificial|asistentes?|agentes?|modelos? de lenguaje|chatbots?)(?:[\s:,.]|$)|\b(?:modelos? de lenguaje|asistentes? de ia|ia|(?:agentes?|asistentes?) (?:automáticos?|virtual\S*|inteligentes?)) (?:debe|deben|deberá\S*) |(?:^|[\n.!?] ?)(?:asistente|ia|agente)[:,] |\b(?:cualquier|todo|si (?:un|una)) (?:agente|asistente|modelo|ia)\S*(?: \S+){0,3} (?:lea|procese|lee|procesa|resuma|que)"),
        (3, r"(?:\bmensagem|\bnota|\baviso|\batenção|\bse (?:você é|és)|\bmessaggio|\bavviso|\battenzione|\bse sei)(?: (?:a|à|ao|para|per|da|do|di|um|uma|un|una|todos?|il|la|lo|gli))* (?:ia|inteligência artificial|intelligenza artificiale|assistentes?|assistenti|agentes?|agenti|modelos? de linguagem|modell\S+ linguistic\S+)(?:[\s:,.]|$)"),
        (3, r"(?:внимание|для|если ты|если вы|уважаем\S+|привет|обращение|сообщение)[^\n.]{0,30}(?:\bии\b|(?:^|[\s,])ии(?:[\s\-,:!]|$)|ассистент|языков\S+ модел|нейросет|чат-?бот)|(?:^|[\n.!?] ?)(?:нейросеть|ассистент|бот|ии)[,:] |(?:автоматическ\S+|цифров\S+) (?:помощник|ассистент|агент)\S* (?:обязан|долж)\S*|если[^\n.]{0,30}(?:обрабатывает|читает|открывает)[^\n.]{0,6}(?:ии|нейросет|бот|агент)|(?:^|[\n.!?] ?)бот-помощник, "),
    ),
    *signals_of(
        "secrecy",
        (2, r"\b(?:davon|hiervon|darüber) nichts (?:erfahren|wissen|merken)|\berwähne? (?:das|dies|es|diesen \S+) (?:nicht|nie)|\bohne (?:\S+ ){0,3}nutzer \S*zu |\bsans (?:prévenir|informer|avertir|en parler)|\bne (?:jamais |pas )*mentionn\S+|\bsin (?:avisar|informar|decir)|\bno (?:se )?lo (?:digas|menciones|diga)|\bnie erwähnen"),
        (2, r"(?:об этом|пользовател\S*)[^\n.]{0,14}не (?:сообщай|говори|упоминай|рассказывай)|не (?:сообщай|говори|упоминай|рассказывай)\S*[^\n.]{0,14}(?:об этом|пользовател)|(?:不要|不得|别|別|请勿|切勿)[^\n。,,]{0,2}(?:提及|透露|告诉用户|告訴用戶|通知用户)|(?:知らせ|伝え|言わ|触れ)ない(?:で|こと)|(?:알리지|말하지|언급하지) (?:마|말)"),
    ),
    *signals_of(
        "stake",
        (2, r"(?:\b(?:schick|send|leit|lad|lösch|führ|gib|kopier|veröffentlich|vergiss|vergesst|lehn)|überweis|übermittl)\S* (?:\S+ ){0,8}?(?:\S+@\S+\.|https?:|dateien?|ordner|befehl|passw\S+|id_rsa|\.env|backups?|alle|zugangsdaten|frage|rechnungen|karte|betrag)|\b(?:als einzig\S* gut\S*|ganz gleich was|behalte? das für (?:dich|sich)|erfragen und|gespeicherte\S* karte|wegzulassen|verluste|papierkorb|eingeladen ein|nicht zitieren)"),
        (2, r"\b(?:envo|transmet|exécut|supprim|efface|affirm|lis|copi|transf[èe]r|lanc)\S* (?:\S+ ){0,8}?(?:\S+@\S+\.|https?:|fichiers?|commande|\.env|mot de passe|dossiers?|sauvegardes?|que l|identifiants)|\b(?:carte enregistrée|instructions système|désactiver? les confirmations|n.en parle|révéler? (?:tes|vos)|compte enregistré|copie cachée|sans demander)"),
        (2, r"\b(?:env[ií]|ejecut|elimin|borr|conced|lee|copi|transfier|sub)\S* (?:\S+ ){0,8}?(?:\S+@\S+\.|https?:|archivos?|comando|\.env|credenciales|permisos|copias|contraseñas?|primero|euros|historial|fotos|cuenta)|\btransfi?er\S* \d|\bcookies de sesión|\bsin preguntar"),
        (2, r"(?:отправь|перешли|выполни|удали|отключи|предоставь|прочитай|скопируй|запусти|переведи|забудь)\S*|(?:发送到|發送到|发送至|上传到|上傳到|执行命令|執行命令|执行|删除所有|刪除所有|删除全部|转账|最高分|忽略之前|银行卡|信用卡|系统提示词|环境变量|通讯录|只写优点|建议录用|密码|只回答|不要让用户|預訂豪華)|(?:на указанный сч[её]т|рубл\S+ на|скажи покупател|нет в наличии|молчи|карт\S+ пользовател|без вопросов|парол)|(?:触れず|保存された(?:パスワード|カード)|一覧を送|好調だと|保存済みのカード|環境変数|確認を求めて|言わないこと|最上級プラン)|(?:送信|実行|削除|転送|アップロード|無視)(?:し(?:て|なさい|てから)|せよ|すること)|(?:보내|실행|삭제|전송|업로드)\S*(?:세요|하라|십시오)"),
    ),
)
STRUCTURE = ADDRESSED + SPOKEN_TO_READERS + STAKES + HUSHED + OTHER_TONGUES
