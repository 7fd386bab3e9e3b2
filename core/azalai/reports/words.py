"""What codes of the store and the ledger are called on reports."""

from azalai.records import LISTS
from azalai.records.code_list import closed
from azalai.reports.deeds import DEEDS
from azalai.reports.page import clean

CODES = closed(
    "report_words",
    # terms of the two equations, and states of a delivery
    "read | lues | read | المقروءة",
    "translated | traduites | translated | المحولة",
    "rejected | non traduites | not translated | غير المحولة",
    "parked | en attente d'un code | waiting for a code | بانتظار رمز",
    "locked | verrouillées | locked | المقفلة",
    "unreadable | illisibles | unreadable | غير المقروءة",
    "produced | fiches | records | البطاقات",
    "vanished | disparues | vanished | المختفية",
    "new | nouvelles | new | الجديدة",
    "changed | modifiées | changed | المعدلة",
    "unchanged | inchangées | unchanged | دون تغيير",
    "stale | périmées | stale | القديمة",
    "feed_withdrawn | retirées | withdrawn | المسحوبة",
    "decided | décidés | decided | المقررة",
    "withheld | non autorisé par l'accord | withheld by the agreement | لا يسمح به الاتفاق",
    "owed | dus | owed | المستحقة",
    "delivered | reçu | received | تم الاستلام",
    "refused | refusé par le destinataire | refused by the destination | رفضته الجهة المرسل إليها",
    "given_up | abandonné | given up | تم التخلي عنه",
    "withdrawn | annulé avant envoi | withdrawn before sending | ألغي قبل الإرسال",
    "held | retenu, une personne décide | held, a person decides | محجوز بانتظار قرار شخص",
    "open | en cours | under way | قيد المعالجة",
    "attempts | tentatives | attempts | المحاولات",
    "staged | préparé | staged | معد",
    "waiting | attend le précédent | waits for the one before | ينتظر الإرسال السابق",
    "due | à envoyer | due | مستحق الإرسال",
    "sending | en cours d'envoi | being sent | جار إرساله",
    "awaiting | remis à un relais, non confirmé | handed over, not confirmed | سلم إلى وسيط، غير مؤكد",
    "deferred | reporté | deferred | مؤجل",
    "unknown | issue inconnue | outcome unknown | النتيجة مجهولة",
    "absent | le destinataire dit ne pas l'avoir | the destination says it has not got it"
    " | تقول الجهة إنه ليس لديها",
    "resent | envoyé de nouveau | sent again | أعيد إرساله",
    "overdue | accusé en retard | receipt is late | تأخر إشعار الاستلام",
    "lost_lease | issue d'une tentative remplacée | outcome of a replaced attempt"
    " | نتيجة محاولة حلت محلها أخرى",
    "destination_down | destinataire injoignable | destination unreachable | تعذر الوصول إلى الجهة",
    # the same terms over a column of numbers
    "n_withheld | non autorisés | withheld | غير المسموح بها",
    "n_delivered | reçus | received | المستلمة",
    "n_refused | refusés | refused | المرفوضة",
    "n_given_up | abandonnés | given up | المتخلى عنها",
    "n_withdrawn | annulés | withdrawn | الملغاة",
    "n_held | retenus | held | المحجوزة",
    "n_sent | envoyés | sent | المرسلة",
    "n_other | sans issue sûre | outcome not certain | دون نتيجة مؤكدة",
    # operations
    "create | création | creation | إنشاء",
    "update | mise à jour | update | تحديث",
    "cancel | radiation | removal | شطب",
    "assert | affirmée | asserted | مؤكدة",
    "withdraw | retirée | withdrawn | مسحوبة",
    # recalls
    "opened | demande de radiation, non confirmée | removal asked, not confirmed"
    " | طلب شطب غير مؤكد",
    "confirmed | radiation confirmée | removal confirmed | شطب مؤكد",
    "attested | radiation attestée sur pièce, non confirmée | removal attested on paper,"
    " not confirmed | شطب مثبت كتابيا، غير مؤكد",
    "written_off | radiation abandonnée, non confirmée | removal written off, not confirmed"
    " | تم التخلي عن الشطب، غير مؤكد",
    # runs
    "accepted | acceptée | accepted | مقبولة",
    "run_held | retenue | held | محجوزة",
    "discarded | écartée | discarded | مستبعدة",
    "reading | en lecture | being read | قيد القراءة",
    # entries
    "recorded | fiche enregistrée | record entered | تسجيل بطاقة",
    "outcome | issue de l'envoi | outcome of a sending | نتيجة الإرسال",
    "released | libéré par une personne | released by a person | أفرج عنه شخص",
    "recall | demande de radiation | removal owed | طلب شطب",
    "run | lecture d'un fichier | reading of a file | قراءة ملف",
    "act | acte d'une personne | act of a person | عمل شخص",
    "consulted | consultation | consultation | اطلاع",
    "configured | mise en vigueur | put in force | دخول حيز النفاذ",
    "erased | effacement | erasure | محو",
    "clock | horloge reculée | clock went back | رجوع الساعة",
    # what was said of an attempt
    "receipt | accusé de réception | receipt | إشعار بالاستلام",
    "asked | le destinataire, interrogé, a répondu | the destination was asked and answered"
    " | أجابت الجهة عند سؤالها",
    "no_answer | sans réponse | no answer | دون جواب",
    "no_receipt | pas d'accusé dans le délai | no receipt in time | لم يصل إشعار في الأجل",
    "connect | personne ne répond à cette adresse | nobody answers there | لا أحد يجيب على هذا العنوان",
    "late_receipt | accusé arrivé après | receipt that came afterwards | إشعار وصل لاحقا",
    "replaced | remplacé | replaced | حل محله غيره",
    "superseded | une version plus récente suivait | a newer version followed | تلته نسخة أحدث",
    "cancelled | la fiche a été retirée | the record was withdrawn | سحبت البطاقة",
    "nothing_there | le destinataire n'avait rien | the destination had nothing"
    " | لم يكن لدى الجهة شيء",
    "decided_again | décidé de nouveau | decided again | تقرر من جديد",
    "run_discarded | la lecture a été écartée | the reading was discarded | استبعدت القراءة",
    "by_person | arrêté par une personne | stopped by a person | أوقفه شخص",
    # grades of evidence
    "signed_receipt | accusé signé | signed receipt | إشعار استلام موقع",
    "authenticated_answer | réponse authentifiée | authenticated answer | جواب موثق المصدر",
    "none_yet | aucune preuve de réception | no evidence of receipt | لا دليل على الاستلام",
    # marks
    "test | essai, données inventées | test, invented data | تجربة، بيانات مختلقة",
    "production | données réelles | real data | بيانات حقيقية",
)
_LISTED = ("kind", "purpose", "legal_ground", "cancel_reason", "handling", "person_status")


def word(code: str, language: str) -> str:
    """The word for a code; a code that has none is shown as it is."""
    found = CODES.codes.get(code)
    return clean(code) if found is None else str(getattr(found, language))


def deed(code: str, language: str) -> str:
    """What an act, or the purpose of a consultation, is called."""
    found = DEEDS.codes.get(code)
    return clean(code) if found is None else str(getattr(found, language))


def term(code: str, language: str) -> str:
    """The word over a column of numbers."""
    return word(f"n_{code}" if f"n_{code}" in CODES else code, language)


def listed(name: str, code: str, language: str) -> str:
    """The label of a code of one of the common lists (`kind`, `purpose`, ...)."""
    found = LISTS[name].codes.get(code) if name in _LISTED and name in LISTS else None
    return clean(code) if found is None else str(getattr(found, language))
