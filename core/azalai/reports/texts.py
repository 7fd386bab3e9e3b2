"""Heads, names of facts and sentences of several reports, in three languages."""

from azalai.records.labels import Labels

TEXTS = {
    # what a page rests on
    "ledger": Labels("registre", "ledger", "السجل"),
    "checkpoint": Labels("scellé", "checkpoint", "الختم"),
    "checkpoint_is": Labels("{size} inscriptions, la dernière le {at}",
                            "{size} entries, the last on {at}",
                            "عدد القيود {size}، آخرها بتاريخ {at}"),
    "root": Labels("racine (RFC 6962)", "root (RFC 6962)", "الجذر (RFC 6962)"),
    "made": Labels("établi le", "made on", "حرر بتاريخ"),
    "made_by": Labels("établi par", "made by", "حرره"),
    "check": Labels("vérifier", "to check", "للتحقق"),
    "check_is": Labels("{command} (le fichier .sig à côté ; hors ligne avec la carte du registre)",
                       "{command} (the .sig file beside it; offline with the ledger's card)",
                       "{command} (الملف المرافق \u2066.sig\u2069؛ دون اتصال ببطاقة السجل)"),
    "footer": Labels("{origin} · scellé de {size} inscriptions · {root}",
                     "{origin} · checkpoint of {size} entries · {root}",
                     "{origin} · ختم على {size} قيدا · {root}"),
    "band_test": Labels("ESSAI : DONNÉES INVENTÉES", "TEST: INVENTED DATA",
                        "تجربة: بيانات مختلقة"),
    "band_training": Labels("FORMATION : DONNÉES INVENTÉES", "TRAINING: INVENTED DATA",
                            "تدريب: بيانات مختلقة"),
    # names of columns and facts
    "feed": Labels("flux", "feed", "الدفق"),
    "destination": Labels("destinataire", "destination", "الجهة المرسل إليها"),
    "record": Labels("numéro de fiche", "record number", "رقم البطاقة"),
    "pseudonym": Labels("pseudonyme", "pseudonym", "الاسم المستعار"),
    "kind": Labels("genre", "kind", "النوع"),
    "version": Labels("version", "version", "النسخة"),
    "references": Labels("procédures et mandats", "cases and warrants", "الإجراءات والأوامر"),
    "operation": Labels("opération", "operation", "العملية"),
    "rule": Labels("règle", "rule", "القاعدة"),
    "basis": Labels("base légale", "legal basis", "السند القانوني"),
    "purpose": Labels("finalité", "purpose", "الغرض"),
    "ground": Labels("titre juridique", "legal ground", "المسوغ القانوني"),
    "agreement": Labels("accord", "agreement", "الاتفاق"),
    "state": Labels("état", "state", "الحالة"),
    "result": Labels("issue", "outcome", "النتيجة"),
    "reason": Labels("motif", "reason", "السبب"),
    "attempt": Labels("tentative", "attempt", "المحاولة"),
    "at": Labels("date et heure", "date and time", "التاريخ والوقت"),
    "sent_at": Labels("envoyé le", "sent on", "أرسل بتاريخ"),
    "received_at": Labels("reçu le", "received on", "استلم بتاريخ"),
    "entry": Labels("inscription", "entry", "القيد"),
    "entries": Labels("inscriptions", "entries", "القيود"),
    "what": Labels("fait", "fact", "الواقعة"),
    "answer": Labels("ce qui a été répondu", "what was answered", "ما أجيب به"),
    "count": Labels("nombre", "number", "العدد"),
    "who": Labels("qui", "who", "من"),
    "subject": Labels("objet", "subject", "الموضوع"),
    "number": Labels("n°", "no.", "الرقم"),
    "total": Labels("total", "total", "المجموع"),
    "day": Labels("jour", "day", "اليوم"),
    "delivery": Labels("envoi", "delivery", "الإرسال"),
    "period": Labels("période", "period", "الفترة"),
    "key": Labels("clé du message", "message key", "مفتاح الرسالة"),
    "grade": Labels("preuve de réception", "evidence of receipt", "دليل الاستلام"),
    "equation": Labels("équation", "equation", "المعادلة"),
    "left": Labels("à gauche", "left side", "الطرف الأول"),
    "right": Labels("à droite", "right side", "الطرف الثاني"),
    "holds": Labels("tient", "holds", "متحققة"),
    "yes": Labels("oui", "yes", "نعم"),
    "no": Labels("NON", "NO", "لا"),
    "not": Labels("non", "no", "لا"),
    "from_to": Labels("du {first} au {last}, jours compris (fuseau {zone})",
                      "from {first} to {last}, both days included (time zone {zone})",
                      "من {first} إلى {last}، اليومان داخلان (المنطقة الزمنية {zone})"),
    "on_day": Labels("journée du {day} (fuseau {zone})", "day of {day} (time zone {zone})",
                     "يوم {day} (المنطقة الزمنية {zone})"),
    "so_far": Labels("jusqu'à l'inscription {index}, le {at}", "up to entry {index}, on {at}",
                     "إلى القيد {index}، بتاريخ {at}"),
    "nothing": Labels(
        "Aucune inscription ne répond à ces critères dans ce registre.",
        "No entry of this ledger answers to these criteria.",
        "لا يوجد في هذا السجل قيد يستجيب لهذه المعايير."),
    # what is not proven
    "limit_nothing": Labels(
        "Une absence ici ne veut pas dire que rien n'a été envoyé : un envoi d'avant ce registre, par"
        " une autre voie, d'une fiche effacée ou sous un autre numéro ne se trouve pas ainsi.",
        "An absence here does not mean that nothing was ever sent: a sending before this ledger, by"
        " another way, of an erased record or under another number is not found like this.",
        "لا يعني الخلو هنا أن شيئا لم يرسل: فالإرسال السابق لهذا السجل، أو بطريق آخر، أو لبطاقة"
        " محيت، أو برقم آخر، لا يعثر عليه بهذه الطريقة."),
    "limit_entered": Labels(
        "Le registre prouve ce qui y a été inscrit, non que l'inscription disait vrai, ni que rien n'a"
        " été fait sans inscription : comparez avec ce que détient le partenaire.",
        "The ledger proves what was entered, not that the entry told the truth, nor that nothing was"
        " done without an entry: compare with what the partner holds.",
        "يثبت السجل ما قيد فيه، لا أن القيد صادق، ولا أن شيئا لم يتم دون قيد: قارن بما لدى"
        " الشريك."),
    "limit_clock": Labels(
        "Les heures sont celles de l'horloge du serveur.",
        "The times are those of the server's clock.",
        "الأوقات هي أوقات ساعة الخادم."),
    "limit_figures": Labels(
        "Les nombres se recalculent à partir du seul export du registre (azalai ledger export).",
        "The figures can be computed again from the ledger's export alone (azalai ledger export).",
        "يمكن إعادة حساب الأرقام من تصدير السجل وحده (azalai ledger export)."),
    "limit_pruned": Labels(
        "Les {count} premières inscriptions ont été retirées selon la politique de conservation du"
        " registre : ce qu'elles disaient n'est plus dans cette page.",
        "The first {count} entries were let go of by the ledger's written retention policy: what they"
        " said is no longer in this page.",
        "حذفت القيود الأولى وعددها {count} وفق سياسة حفظ السجل: لم يعد ما قالته واردا في هذه"
        " الصفحة."),
    "limit_relay": Labels(
        "« Remis à un relais » n'est pas « reçu » : le destinataire n'a encore rien dit.",
        '"Handed over" is not "received": the destination has said nothing yet.',
        "التسليم إلى وسيط ليس استلاما: لم تقل الجهة المرسل إليها شيئا بعد."),
    "limit_erased": Labels(
        "Une fiche effacée ne peut plus être retrouvée par le nom ni par le numéro : c'est le but de"
        " l'effacement. Effacements inscrits : {count}.",
        "An erased record can no longer be found by name or number: that is what erasure is for."
        " Erasures entered: {count}.",
        "لا يمكن العثور على بطاقة محيت لا بالاسم ولا بالرقم: هذا هو غرض المحو. عدد عمليات المحو"
        " المقيدة: {count}."),
}  # fmt: skip
