# SPDX-License-Identifier: Apache-2.0
"""Cues: what a sentence's form says about its use, in English and Chinese.

Each cue is one pattern over the unwrapped sentence. The lists are general speech of work, written
for no particular field, project or person. Half of real rules carry no modal verb, so cues are
evidence for the model (`scoring`), never a filter by themselves. A pattern that gains a word here
gains it in `spotting` too, which tells at a glance which patterns need not be tried.
"""

from __future__ import annotations

import re

_VERBS = (
    "add|adjust|allow|always|announce|apply|archive|ask|assign|assume|attach|automate|avoid|back|be|book|bring"
    "|build|bump|call|cancel|catch|change|check|choose|clean|clear|close|collect|commit|compare|confirm|consider"
    "|contact|copy|count|create|cut|declare|define|delete|deploy|describe|disable|discuss|do|document|don't|double"
    "|drain|drop|edit|enable|ensure|escalate|explain|export|file|fill|find|fix|flush|follow|freeze|get|give|go"
    "|handle|have|hold|include|increase|inform|inspect|install|invoice|invoke|isolate|keep|label|leave|let|limit"
    "|link|list|lock|log|look|lower|make|mark|measure|mention|merge|mind|mock|monitor|move|name|negotiate|never|note"
    "|notify|open|order|pack|park|pass|pay|pick|pin|plan|post|prefer|press|prepare|print|provide|pull|push|put|quote"
    "|raise|rather|read|rebase|rebuild|record|reduce|reject|release|reload|remember|remove|rename|repeat|replace"
    "|report|request|reserve|reset|restart|restore|return|reuse|revert|review|roll|rotate|round|run|save|say"
    "|schedule|select|send|separate|set|shake|share|ship|show|shut|sign|skip|sort|specify|split|squash|start|state"
    "|stay|stick|stop|store|submit|switch|tag|take|talk|tell|test|throw|tick|tie|track|treat|trim|trust|try|turn"
    "|unplug|update|upgrade|upload|use|validate|verify|wait|warm|warn|wash|watch|wear|weigh|wipe|wrap|write"
)
VERBS = frozenset(_VERBS.split("|")) | frozenset(
    "accept agree become begin believe contain depend differ exist expect fail happen help implement intend"
    " learn matter own plan prevent produce receive refer seem serve solve support tackle understand".split()
)
VERBS_OR_DONT = frozenset(_VERBS.replace("don't", "don").split("|"))
_PATTERNS: dict[str, str] = {
    # What is asked for.
    "must": r"\b(?:must|shall|ought to|(?:is|are) (?:required|mandatory|expected|supposed) to|ha(?:ve|s) to|needs? to"
    r"|needs? (?:a|an|the|some|more|at least)\b|required?s?|requirement)\b",
    "should": r"\bshould(?:n't)?\b",
    "never": r"\b(?:never|must not|mustn't|should not|shouldn't|do not|don't|cannot|can't|can not|may not|avoid"
    r"|refrain|not (?:allowed|permitted|safe|supposed|recommended|a good idea|ok(?:ay)?|acceptable)|under no)\b",
    "always": r"\b(?:always|every time|each time|make sure|be sure|ensure|remember (?:to|that)|without exception"
    r"|at all times|double[- ]check|at least one|no matter)\b",
    "beware": r"\b(?:be careful|beware|watch out|careful with|keep in mind|bear in mind|be aware|note that|caution"
    r"|mind (?:the|that)|don't forget|do not forget|don't assume|gotcha|caveat|pitfall|trap|heads[- ]up)\b",
    "prefer": r"\b(?:prefer(?:red|able|ably|s)?|rather than|instead(?: of)?|better (?:to|off|is|if|than|way)|recommend\w*"
    r"|best (?:practice|to|is|way)|(?:good|bad|terrible|great) idea|right way|wrong way|proper way|easiest way"
    r"|simplest way|usual way|worth \w+ing|no need to|in favou?r of|as opposed to|had better|you'd better)\b",
    "policy": r"\b(?:polic(?:y|ies)|conventions?|standards?|rules?|guidelines?|principle|by default|forbidden|prohibited"
    r"|deprecated|discouraged|encouraged|welcome|acceptable|unacceptable|allowed|supported|unsupported|mandatory"
    r"|optional|compatib\w+|rule of thumb|in general|generally|as a rule|typically|usually|normally)\b",
    "you_can": r"\byou (?:can|could|may|might|need|want|will|would|should|must|have|don't|shouldn't|cannot|can't)\b",
    # Under which condition, and why.
    "if_start": r"^(?:(?:so|and|but|also|then|now),? )?(?:if|when|whenever|unless|once|before|after|until|in case"
    r"|as long as|for (?:any|every|all|each)|where|every time|any time|whoever|in order to|to)\b",
    "if": r"\b(?:if|unless|whenever|in case|as long as|provided that|only when|only if|except (?:when|if|for))\b",
    "because": r"\b(?:because|since|so that|otherwise|or else|due to|the reason|in order to|that way|this way"
    r"|which means|that means|as a result|therefore|hence|thus|to avoid|to prevent|to keep|to make sure|to ensure)\b",
    "harm": r"\b(?:fails?|breaks?|broken|won't work|doesn't work|does not work|will not work|deadlock\w*|race|leaks?"
    r"|silently|crash\w*|hangs?|blocks?|blocking|corrupt\w*|lose[sd]?|lost|wrong|mistakes?|problem\w*|danger\w*"
    r"|risk\w*|unsafe|insecure|slow(?:er|s)?|expensive|surpris\w+|unexpected\w*|confus\w+|ignored?|dropped|duplicat\w+"
    r"|never (?:be|get)\w*|too (?:late|early|many|much|long|slow)|overwrit\w+|overrid\w+|bounce[sd]?|penalt\w+|fine[sd]"
    r"|rejected|delay\w*|unreliable|fragile|costs?|wast\w+|stuck|stale|expire[sd]?)\b",
    "contrast": r"\b(?:not .{2,60}\bbut\b|rather than|instead of|as opposed to|not just|not only|even (?:if|though|when)"
    r"|although|however|actually)\b",
    "correct": r"^(?:no[,. ]|nope|not (?:really|quite|exactly|necessarily)|actually|that's not|this is not|wrong)\b",
    "only": r"\b(?:only|exactly|at most|at least|no more than|no less than|as few as|as soon as)\b",
    # What was settled, how it is done.
    "decided": r"\b(?:decided|decision|agreed|consensus|resolved|settled on|went with|go(?:ing)? with|chose|chosen"
    r"|approved|adopted|rejected|postponed|deferred|ruled out|signed off|(?:we|team) (?:will|are going to|'ll)|we'll"
    r"|we're (?:dropping|moving|switching|keeping|going)|let's|from now on|as of|instead of|no longer|conclusion)\b",
    "steps": r"(?:^(?:first|then|next|finally|lastly|afterwards|second|third|step \d)\b|\b(?:first|then|followed by|after"
    r" that|before (?:you|that|\w+ing)|in this order|step \d|steps)\b)",
    "imperative": rf"^(?:(?:so|and|but|also|then|please|just|now|first|instead|otherwise|again|finally|next|plus|simply"
    rf"|either|or|always|never|in (?:general|that case)|if in doubt|when in doubt|better yet),? )*(?:{_VERBS})\b"
    rf"(?!,|'s| (?:is|was|are|were|has|will|would|can|could)\b)",
    "then_imperative": rf"^(?:if|when|before|after|once|unless|for|to|in|with|whenever)\b[^,]{{4,120}}, (?:then |please |just"
    rf" |always |never )?(?:{_VERBS})\b",
    "clause_imperative": rf"(?:[;:\u2013\u2014]| - |, (?:and|so|but|or|then)) (?:then |please |just |always |never )?(?:{_VERBS})\b",
    "way": r"\b(?:the way (?:to|you|we)|how to|the (?:purpose|point|idea|intent\w*|goal|trick|key|difference|rule)"
    r"|is (?:used|meant|intended|designed|responsible|there) (?:to|for)|works by|means that)\b",
    # Speaking in general.
    "general": r"\b(?:any|all|each|every|everyone|everybody|anyone|nobody|no one|one's|people|users|developers|customers"
    r"|clients|reviewers|callers|managers|teams?|whoever|whatever|things like|kinds? of|in general)\b",
    "a_subject": r"^(?:an?|any|all|each|every|no|most|some) [\w-]+ (?:[\w-]+ )?(?:is|are|must|should|can|can't|cannot|needs?"
    r"|has|have|may|will|shouldn't|does|doesn't|that|which|who|without|with|in|of)\b",
    "is_subject": r"^(?:the )?[\w.()-]+ (?:[\w.()-]+ ){0,3}(?:is|are|should|must|needs?|can(?:not|'t)?|doesn't|does|don't)\b",
    # Against: of the moment, of the speaker, of the other's matter.
    "i": r"(?:^|[ (])(?:I|i)(?:'m|'ve|'d|'ll)?\b",
    "i_start": r"^(?:(?:so|and|but|well|also|anyway|ok|yes|no|oh|hmm|as|actually),? )*(?:I|i)(?:'m|'ve|'d|'ll)?\b",
    "me": r"\b(?:me|my|mine|myself)\b",
    "opinion": r"\b(?:I|i) (?:think|believe|guess|suppose|feel|suspect|hope|wonder|would say|don't think|doubt|prefer|suggest"
    r"|recommend)\b",
    "we": r"\b(?:we|our|us)\b",
    "your": r"\b(?:your|yours|you're|you've|you were|you are|you did|you said|you wrote|you mention\w*|you describe\w*)\b",
    "past": r"\b(?:was|were|had|did|didn't|went|came|saw|made|got|took|tried|found|wrote|said|gave|seemed|happened|used to"
    r"|fixed|added|changed|removed|noticed|thought|worked|broke|reported|posted|asked|told|wanted|knew|meant|decided)\b",
    "now": r"\b(?:today|yesterday|tomorrow|tonight|this (?:week|month|morning|afternoon|year|time|release|patch|bug|thread)"
    r"|last (?:week|month|night|year)|next (?:week|month)|right now|at the moment|currently|recently|soon|just now"
    r"|so far|yet|ago|earlier|monday|tuesday|wednesday|thursday|friday)\b",
    "hedge": r"\b(?:maybe|perhaps|probably|might|possibly|seems?|apparently|sort of|kind of|not sure|i guess|afaik|iirc"
    r"|imo|imho|presumably|likely|hopefully|somehow|or something|could be|may be)\b",
    "greeting": r"^(?:hi|hello|hey|dear|good (?:morning|evening|afternoon)|cheers|regards|best|thanks|thank you|thx|bye"
    r"|sincerely|greetings|welcome|congrat\w*|happy|sorry|yours|kind regards|hope this helps|hth)\b",
    "thanks": r"\b(?:thanks|thank you|thx|sorry|apolog\w+|congratulations|please let me know|let me know|looking forward"
    r"|hope (?:this|that|it)|good luck|enjoy|cheers|appreciate)\b",
    "chat": r"^(?:ok(?:ay)?|yes|yeah|yep|no|nope|sure|right|exactly|hmm+|ah|oh|lol|haha|wow|cool|nice|great|heh|ugh|well|agreed"
    r"|indeed|\+1|anyway|fine|true|good)\b[,.! -]",
    "deictic": r"^(?:(?:so|and|but|also|then|well|however|yes|no|of course|because|since|if|when|again|ok|or),? )*(?:this|that"
    r"|that's|it|it's|its|these|those|they|they're|he|she|his|her|their|them|there|here|which|same|such|neither|both"
    r"|the (?:former|latter|above|same|other|first|second|problem|issue|bug|error|patch|code|fix|reason|result|rest))\b",
    "pointing": r"\b(?:above|below|the following|attached|attachment|see (?:the )?(?:attached|below|above)|as follows|here's"
    r"|here is|this (?:one|is)|that one|these|those|it)\b",
    "question": r"[?\uff1f]\s*[\"')]*$",
    "ask_you": r"\b(?:could you|can you|would you|do you|did you|have you|are you|will you|what do you|any (?:ideas?|chance"
    r"|thoughts?|news)|anyone (?:know|else|have))\b",
    "colon_end": r"[:\uff1a]$",
    "link": r"(?:https?://|www\.|ftp://|<URL)",
    "number_ref": r"(?:\br\d{3,}\b|#\d+|\bissue \d+|\bticket\b|\bbug \d+|\brevision \d+|\bline \d+|\bchangeset\b)",
    "version": r"\b(?:v?\d+\.\d+(?:\.\d+)?\w*)\b",
    "identifier": r"(?:\b\w+\(\)|\b[a-z]+[A-Z]\w+|\b\w+_\w+|\b[A-Z][a-z]+[A-Z]\w+|\b\w+\.\w+\.\w+|`[^`]+`)",
    "quoted": r"(?:\"[^\"]{2,}\"|\u201c[^\u201d]+\u201d|\*\w+\*|_\w+_)",
    "shout": r"(?:\b[A-Z]{4,}\b.*\b[A-Z]{4,}\b|!{2,}|\*\*)",
    "exclaim": r"!$",
    "smile": r"(?:[:;]-?[)(DPp]|\bheh\b|\blol\b|\U0001f600|\U0001f604)",
    "fragment": r"^[a-z]",
    "ellipsis": r"(?:\.\.\.|\u2026)",
}
_PATTERNS_ZH: dict[str, str] = {
    "zh_must": r"(?:必须|务必|一定要|应当|应该|应(?=[使避先在把将按由有采尽保当以对与])|需要?(?=[先在把将按由有要经])|须|得先|强制|要求|统一|一律|最好|建议|推荐|尽量|优先|至少|务求|确保|保证|注意)",
    "zh_never": r"(?:不要|不得|不能|不可|不许|不允许|不应|不准|禁止|严禁|切勿|切忌|勿|别(?=[再在直把用拿去乱忘动只跟随])|避免|绝不|千万|不建议|不推荐|杜绝|防止)",
    "zh_if": r"(?:如果|若(?!干)|假如|要是|一旦|除非|只要|只有|凡是|凡|当.{1,20}时|遇到|在.{1,24}(?:时|前|后|情况下|之前|之后)|的话)",
    "zh_because": r"(?:因为|由于|否则|不然|要不然|以免|以便|以防|从而|导致|原因|所以|因此|这样才|为了|避免|会造成|会引起|容易)",
    "zh_harm": r"(?:出错|报错|失败|崩溃|死锁|丢失|泄漏|泄露|超时|卡死|坑|踩|误|隐患|风险|故障|冲突|不一致|阻塞|覆盖|失效|性能|浪费|异常|事故|罚|返工|损坏|串)",
    "zh_decided": r"(?:决定|定了|确定|敲定|结论|一致同意|同意|通过|改成|改为|改用|选(?:了|用|择)|采用|放弃|不再|以后|从今|今后|暂缓|达成|拍板|定为|就用|沿用)",
    "zh_steps": r"(?:首先|第[一二三四五]步?|先.{1,30}(?:再|然后|后)|然后|接着|最后|步骤|流程|依次|之后再)",
    "zh_prefer": r"(?:而不是|而非|代替|替代|优于|更好|比较好|推荐|不如|宁可|改用|正确的?(?:做法|方式)|最佳|习惯)",
    "zh_general": r"(?:所有|任何|每个|每次|每一?|各|凡|一般|通常|原则|规范|规定|约定|标准|默认|新人|大家)",
    "zh_i": r"(?:我(?!们)|俺|本人|咱)",
    "zh_we": r"(?:我们|咱们)",
    "zh_you": r"(?:你|您|你们)",
    "zh_past": r"(?:了[。，！]?$|过了|刚才|刚刚|昨天|今天|明天|上周|这周|下周|目前|现在|已经|正在|早上|下午|晚上)",
    "zh_thanks": r"(?:谢谢|多谢|感谢|辛苦|不好意思|抱歉|哈哈|你好|您好|大家好|再见|收到|好的|没问题|嗯|哦|呵呵|恭喜|欢迎|拜托)",
    "zh_question": r"(?:吗|呢|么|怎么|什么|为什么|哪|谁|几|多少|是否|有没有|能不能|可不可以).{0,12}[?？]|[?？]$",
    "zh_hedge": r"(?:可能|也许|大概|好像|似乎|估计|应该是|感觉|觉得|吧[。！]?$|不太清楚|不确定)",
    "zh_deictic": r"^(?:这|那|它|他|她|此|其|这个|那个|这样|那样|上面|下面|以上|以下)",
    "zh_speech": r"(?:我觉得|我认为|我想|就是说|那么|这个这个|对吧|是吧|这块|等等|其实|非常)",
}
_HAN = re.compile("[\u3400-\u9fff]")
ENGLISH = {
    name: re.compile(p, 0 if name in ("identifier", "shout", "fragment") else re.IGNORECASE)
    for name, p in _PATTERNS.items()
}
CHINESE = {name: re.compile(p) for name, p in _PATTERNS_ZH.items()}


def has_chinese(words: str) -> bool:
    """Tell whether the sentence has Chinese signs in it."""
    return not words.isascii() and _HAN.search(words) is not None


def try_all(words: str) -> frozenset[str]:
    """Return what `find_cues` returns, by trying each pattern; the measure of its correctness."""
    found = {name for name, pattern in ENGLISH.items() if pattern.search(words)}
    if has_chinese(words):
        found |= {name for name, pattern in CHINESE.items() if pattern.search(words)}
    return frozenset(found)
