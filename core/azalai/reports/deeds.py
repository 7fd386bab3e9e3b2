"""What acts and consultations in the ledger are called on reports."""

from azalai.records.code_list import closed

DEEDS = closed(
    "report_deeds",
    # consultations, by their purpose
    "search_by_person | recherche par personne | search by person | بحث بالشخص",
    "ledger_search_by_person | recherche par personne dans le registre | search of the ledger by"
    " person | بحث في السجل بالشخص",
    "search_by_number | recherche par numéro | search by number | بحث بالرقم",
    "record_show | fiche consultée | record looked at | الاطلاع على البطاقة",
    "record_why | décisions consultées | decisions looked at | الاطلاع على القرارات",
    "record_holders | détenteurs consultés | holders looked at | الاطلاع على الحائزين",
    "notice_of_lifting | fiche de levée établie | notice of lifting made | إعداد إشعار رفع البحث",
    "correction | correction de fiches non traduites | correction of what was not translated"
    " | تصحيح بطاقات غير محولة",
    "ledger_search | recherche dans le registre | search of the ledger | بحث في السجل",
    "ledger_open | contenu d'une inscription ouvert | content of an entry opened | فتح محتوى قيد",
    "ledger_openings | clés d'ouverture remises | openings given out | تسليم مفاتيح الفتح",
    "ledger_export | registre exporté entier | whole ledger exported | تصدير السجل كاملا",
    "ledger_prove | preuve d'une inscription remise | proof of an entry given out"
    " | تسليم إثبات قيد",
    "ledger_pack | dossier de preuves établi | pack of evidence made | إعداد ملف أدلة",
    "report_day | rapport : journée | report: day | تقرير: يوم",
    "report_bordereau | rapport : bordereau d'envoi | report: register of transfers"
    " | تقرير: كشف الإرسال",
    "report_delivery | rapport : un envoi | report: one delivery | تقرير: إرسال واحد",
    "report_subject | rapport : une personne | report: one person | تقرير: شخص",
    "report_holders | rapport : détenteurs | report: holders | تقرير: الحائزون",
    "report_agreement | rapport : usage d'un accord | report: use of an agreement"
    " | تقرير: استخدام اتفاق",
    "report_month | rapport : mois | report: month | تقرير: شهر",
    "report_conservation | rapport : conservation | report: conservation | تقرير: التطابق",
    # acts
    "account_closed | compte fermé | account closed | إغلاق حساب",
    "agreement_ended | fin d'accord réglée | end of an agreement settled | تسوية انتهاء اتفاق",
    "approval_asked | double validation demandée | second person asked for | طلب موافقة ثانية",
    "approval_executed | double validation exécutée | agreed act carried out | تنفيذ عمل متفق عليه",
    "approval_no | double validation refusée | second person said no | رفض الموافقة الثانية",
    "approval_yes | double validation donnée | second person said yes | منح الموافقة الثانية",
    "clock_vouched | horloge garantie par une personne | clock vouched for | ضمان صحة الساعة",
    "code_added | code ajouté à une table | code added to a table | إضافة رمز إلى جدول",
    "column_accepted | colonne acceptée | column accepted | قبول عمود",
    "expired_kept | fiches échues gardées | expired records kept | إبقاء بطاقات منتهية",
    "expired_recalled | fiches échues radiées | expired records recalled | شطب بطاقات منتهية",
    "intake_stopped | collecte arrêtée | intake stopped | إيقاف الجمع",
    "key_rotated | clé maîtresse changée | master key rotated | تغيير المفتاح الرئيسي",
    "key_locked | clé verrouillée | key locked | قفل المفتاح",
    "mapping_activated | correspondance mise en vigueur | mapping put in force"
    " | إدخال جدول التحويل حيز النفاذ",
    "owed | fiches d'avant dues à un destinataire | earlier records owed to a destination"
    " | بطاقات سابقة مستحقة لجهة",
    "pruned | données anciennes supprimées par règle | old data removed by rule"
    " | حذف بيانات قديمة وفق القاعدة",
    "ledger_pruned | premières inscriptions retirées par politique | first entries let go by policy"
    " | حذف القيود الأولى وفق السياسة",
    "reconciled | comparé au bordereau du partenaire | compared with the partner's manifest"
    " | مقارنة بكشف الشريك",
    "backed_up | sauvegarde faite | backup made | إنشاء نسخة احتياطية",
    "record_same | deux fiches, un même acte : décidé | two records, one act: decided"
    " | البت في تطابق بطاقتين",
    "record_withdrawn | fiche levée | record lifted | رفع بطاقة",
    "recovered | reprise après restauration terminée | recovery after a restore ended"
    " | انتهاء الاستئناف بعد الاستعادة",
    "reissue_begun | nouvel envoi commencé | reissue begun | بدء إعادة الإصدار",
    "reissue_ended | nouvel envoi terminé | reissue ended | انتهاء إعادة الإصدار",
    "rejects_rerun | fiches non traduites reprises | rejects mapped again | إعادة تحويل المرفوضات",
    "repeated | envoi répété par une personne | delivery repeated by a person | تكرار إرسال",
    "restored | sauvegarde restaurée | backup restored | استعادة نسخة احتياطية",
    "run_discarded | lecture écartée | reading discarded | استبعاد قراءة",
    "warrant_lifted | un mandat levé | one warrant lifted | رفع أمر واحد",
)
