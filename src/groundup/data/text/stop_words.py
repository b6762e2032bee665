"""English function words, which say little about what a text is about.

The set is that of the information retrieval group of Glasgow, as scikit-learn has it, so that ``stop_words="english"``
gives the same columns. Its oddities (nouns such as "system" and "fire", contractions without their apostrophe) are
kept for the same reason; a list of one's own suits a corpus better. Here the words are sorted by what they do in a
sentence.
"""

PRONOUNS = """
    i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their themselves this that these those who whom whose which what whoever whatever
    one another anyone anything everyone everything someone something nobody noone nothing none whereby
"""
QUANTITIES = """
    a an the all any both each either neither every few many more most much several some such no enough less least
    only own same other others whole part side two three four five six eight nine ten eleven twelve fifteen twenty
    forty fifty sixty hundred first third last once amount
"""
VERBS = """
    am is are was were be been being has have had do done can could will would may might must should cant cannot
    couldnt hasnt become becomes became becoming seem seems seemed seeming made get give go put take keep see show
    find found fill move call describe cry please
"""
PREPOSITIONS = """
    about above across after against along among amongst amoungst around at before behind below beside besides between
    beyond by down due during except for from in into of off on onto out over per since through throughout thru
    to toward towards under until up upon via with within without
"""
CONJUNCTIONS = """
    and or nor but if than because as while whereas whether though although so that
    hence thus therefore however nevertheless otherwise
"""
ADVERBS = """
    again almost alone already also always anyhow anyway else even ever further how indeed latter latterly
    meanwhile moreover mostly namely never next not now often perhaps rather somehow still then together too very well
    yet why when whenever sometime sometimes formerly former beforehand afterwards here there where everywhere
    anywhere nowhere elsewhere somewhere wherever hereafter hereby herein hereupon thereafter thereby therein thereupon
    thence whence whereafter wherein whereupon whither back
"""
THINGS_AND_QUALITIES = """
    name system detail bill bottom front top fire mill interest empty full serious sincere thick thin
"""
ABBREVIATIONS = "co con de eg etc ie inc ltd re un"

ENGLISH = frozenset(
    " ".join(
        (PRONOUNS, QUANTITIES, VERBS, PREPOSITIONS, CONJUNCTIONS, ADVERBS, THINGS_AND_QUALITIES, ABBREVIATIONS)
    ).split()
)
