"""Code lists that every record uses: purpose, ground, handling, action, cancelling."""

from .code_list import CodeList, closed

COMMON: tuple[CodeList, ...] = (
    closed(
        "kind",
        "WantedPerson | personne recherchée | wanted person | شخص مطلوب",
        "MissingPerson | personne disparue | missing person | شخص مفقود",
        "UnidentifiedBody | corps non identifié | unidentified body | جثة مجهولة الهوية",
        "CriminalCase | procédure pénale | criminal case | قضية جنائية",
        "ReportedVehicle | véhicule signalé | reported vehicle | مركبة مبلغ عنها",
        "ReportedDocument | document signalé | reported document | وثيقة مبلغ عنها",
        "ReportedFirearm | arme signalée | reported firearm | سلاح مبلغ عنه",
        "ReportedObject | objet signalé | reported object | شيء مبلغ عنه",
        "SecurityEvent | événement de sécurité | security event | حادث أمني",
        "Hit | avis de découverte | hit | إشعار بالعثور",
    ),
    closed(
        "mark",
        "test | essai | test | اختبار",
        "production | production | production | إنتاج",
    ),
    closed(
        "purpose",
        "prosecution | poursuites pénales | prosecution | الملاحقة القضائية",
        "execution_of_sentence | exécution d'une peine | execution of a sentence | تنفيذ عقوبة",
        "criminal_investigation | enquête judiciaire | criminal investigation | تحقيق جنائي",
        "crime_prevention | prévention des infractions | crime prevention | منع الجريمة",
        "public_order | ordre et sécurité publics | public order and safety | النظام العام",
        "border_control | contrôle aux frontières | border control | مراقبة الحدود",
        "search_for_missing | recherche de disparus | search for missing persons"
        " | البحث عن المفقودين",
        "identification | identification | identification | تحديد الهوية",
        "recovery_of_property | restitution de biens | recovery of property | استرداد الممتلكات",
        "judicial_cooperation | entraide judiciaire | judicial cooperation | التعاون القضائي",
    ),
    closed(
        "legal_ground",
        "national_warrant | mandat national | national warrant | أمر قضائي وطني",
        "enforceable_judgment | jugement exécutoire | enforceable judgment | حكم واجب النفاذ",
        "escape | évasion | escape | فرار من السجن",
        "request | demande d'une autorité | request of an authority | طلب من سلطة",
        "theft_report | plainte pour vol | theft report | بلاغ سرقة",
        "loss_report | déclaration de perte | loss report | بلاغ فقدان",
        "seizure_report | procès-verbal de saisie | seizure report | محضر حجز",
        "administrative_decision | décision administrative | administrative decision | قرار إداري",
        "judicial_procedure | procédure judiciaire | judicial procedure | إجراء قضائي",
        "family_report | signalement de la famille | report by the family | بلاغ من الأسرة",
        "service_report | rapport de service | report of a service | تقرير من المصلحة",
    ),
    closed(
        "handling",
        "police_use_only | usage policier exclusivement | police use only | للاستخدام الشرطي فقط",
        "judicial_use_only | usage judiciaire exclusivement | judicial use only"
        " | للاستخدام القضائي فقط",
        "border_control_use | usage aux contrôles frontaliers | border control use"
        " | للاستخدام في مراقبة الحدود",
        "intelligence_only | renseignement, non opposable | intelligence only, not evidence"
        " | معلومات استخبارية فقط",
        "consent_before_use | accord de l'émetteur avant usage | ask the owner before use"
        " | بموافقة الجهة المصدرة قبل الاستخدام",
        "public_release_allowed | publication admise | public release allowed | يجوز النشر",
    ),
    closed(
        "action_to_be_taken",
        "arrest_and_notify | interpeller et aviser | arrest and notify | القبض والإخطار",
        "do_not_stop_report | ne pas interpeller, rendre compte | do not stop, report"
        " | عدم التوقيف والإبلاغ",
        "locate_and_notify | localiser et aviser | locate and notify | تحديد المكان والإخطار",
        "seize_and_notify | saisir et aviser | seize and notify | الحجز والإخطار",
    ),
    closed(
        "cancel_reason",
        "lifted | mainlevée | lifted | رفع الأمر",
        "executed | interpellation, mandat exécuté | executed | تنفيذ الأمر",
        "located | personne localisée | located | تحديد مكان الشخص",
        "recovered | objet retrouvé | recovered | استرداد الشيء",
        "deceased | décès | deceased | وفاة",
        "time_barred | prescription | time-barred | تقادم",
        "amnesty | amnistie ou grâce | amnesty or pardon | عفو",
        "mistaken_identity | erreur sur la personne | mistaken identity | خطأ في الشخص",
        "entered_in_error | saisie par erreur | entered in error | إدخال خاطئ",
        "replaced | remplacée par une autre fiche | replaced by another record | استبدال بسجل آخر",
        "expired | échéance passée | expired | انتهاء الصلاحية",
        "sharing_ended | fin du partage | sharing ended | انتهاء المشاركة",
        "not_stated | motif non communiqué | not stated | سبب غير مذكور",
    ),
)
