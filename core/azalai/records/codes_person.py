"""Code lists about persons: measure, status, sex, description, scripts, roles."""

from .code_list import CodeList, closed

PERSON: tuple[CodeList, ...] = (
    closed(
        "measure",
        "arrest | arrestation | arrest | توقيف",
        "locate | localisation | locate | تحديد المكان",
        "discreet_check | surveillance discrète | discreet check | مراقبة سرية",
        "specific_check | contrôle spécifique | specific check | تفتيش محدد",
        "refuse_entry | refus d'entrée | refuse entry | رفض الدخول",
        "warn | mise en garde | warn | تحذير",
    ),
    closed(
        "person_status",
        "convicted | condamné | convicted | محكوم عليه",
        "missing | disparu | missing | مفقود",
        "suspect | suspect | suspect | مشتبه به",
        "victim | victime | victim | ضحية",
        "wanted | recherché | wanted | مطلوب",
        "witness | témoin | witness | شاهد",
    ),
    closed(
        "sex",
        "F | féminin | female | أنثى",
        "M | masculin | male | ذكر",
        "X | non précisé | unspecified | غير محدد",
        beside_of="ICAO 9303",
        beside={"F": "F", "M": "M", "X": "<"},
    ),
    closed(
        "eyes",
        "black | noirs | black | سوداء",
        "blue | bleus | blue | زرقاء",
        "brown | bruns | brown | بنية",
        "green | verts | green | خضراء",
        "grey | gris | grey | رمادية",
    ),
    closed(
        "hair",
        "black | noirs | black | أسود",
        "blond | blonds | blond | أشقر",
        "brown | bruns | brown | بني",
        "chestnut | châtains | chestnut | كستنائي",
        "red | roux | red | أحمر",
        "grey | gris | grey | رمادي",
        "white | blancs | white | أبيض",
    ),
    closed(
        "missing_category",
        "adult | majeur disparu | missing adult | بالغ مفقود",
        "minor | mineur disparu | missing minor | قاصر مفقود",
        "runaway_minor | mineur en fugue | runaway minor | قاصر هارب",
        "abduction | enlèvement | abduction | اختطاف",
        "trafficking | traite présumée | suspected trafficking | اتجار مشتبه به",
        "disaster | victime de catastrophe | disaster victim | ضحية كارثة",
        "migration | disparu en migration | missing in migration | مفقود أثناء الهجرة",
    ),
)
