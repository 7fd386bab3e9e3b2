"""Given names and clan names of the Sahel: the spellings that stand for one name."""

TITLES = (
    "m mr mme mlle mrs ms dr me maitre monsieur madame mademoiselle dit dite alias"
    " السيد السيدة الدكتور الأستاذ المدعو المدعوة"
)
"""Said before a name or between two; no part of it."""

PARTICLES = (
    "ould wuld weld wul wold walad wal wel ag agg bin ben ibn ibnou bint bent mint ment minte wlet"
    " walet oult el al ul er ar es as ed ad en an ez az et at le la de du des"
    " ولد ول بن ابن بنت منت اغ أغ وال ال"
)
"""Son of, daughter of, the article: left out, or written otherwise, from one file to the next."""

VARIANTS = """
mohamed mohammed mohamad muhammad mahamat mahamet mahamad mouhamed mouhamad mohamet \
mouhammed mohamadou mahamadou mouhamadou mamadou muhammadu muhamadu mahamadu momodou modou \
mahomet mhamed mahama محمد امحمد محمدو
ahmed ahmad ahmat ahmet ahmadou amadou amadu hamadou hamady hamadi hamma أحمد أحمدو
mahmoud mamoudou mahmud mahamoud mahmoudou محمود
moustapha mustapha mostafa mustafa moustafa almoustapha مصطفى المصطفى
moctar mokhtar mukhtar mouktar moktar elmoctar almoctar elmokhtar المختار مختار
ousmane osman othman usman ousman othmane ousmanou usmanu outhmane عثمان
oumar omar umar oumarou umaru omarou umara عمر
ali aliou aly alioune aliyu alou علي
ibrahim ibrahima ibrahem ibrahime brahim brahima barahima ibra ibrahimou إبراهيم ابراهيم
ismail ismael smail ismaila esmail samaila smaila إسماعيل اسماعيل
issa isa aissa عيسى
moussa musa mousa moise موسى
youssouf yusuf yousif youssef yousouf joseph youssoufou isoufou issoufou issouf issifou يوسف
souleymane suleiman sulayman soulaimane suleman souleimane solomane soulemane souley سليمان
haroun aaron harouna haruna harun هارون
yahya yahia yaya yahaya يحيى
younous younis yunus younes younoussa yunusa يونس
yacouba yakub yaqub yacoub jacob yakubu يعقوب
idriss idris idrissa driss dris إدريس ادريس
adam adama adamou adamu adem آدم ادم
nouh nuhu nouhou noh نوح
daouda daoud dawud david dauda dawood داود داوود
abakar aboubacar aboubakar abubakar boubacar boubakar aboubacrine aboubakr bakari bakary \
abakaka boubou babacar أبوبكر بوبكر
abou abu aba abo أبو ابو
abd abdou abdoul abdel abdul abdal abdi abdu عبد
abdallah abdoulaye abdullahi abdullah abdoullah abdoulahi abdoullahi abdellahi abdoula \
abdulai عبدالله
hassan hassane hasan alassane lassana lassane hassana حسن الحسن
housseini hussein husseini hossein houssein houssaini hussain alhousseini alhousseyni \
elhoussein alousseini ousseini husayn seini seyni fousseni ousseynou حسين الحسين الحسيني
hamza hamzat hamzata حمزة
bilal bilali bilel billal بلال
khalid khaled halid halidou khalidou خالد
khalil khalilou halilou halil khelil خليل
khadija khadidja kadidja kadidia hadija hadiza khady kadiatou khadijatou kadidiatou hadjara \
khadi خديجة
aissata aissatou aicha aisha assetou assitan aichatou aichata aissetou astou عائشة عايشة
fatima fatimata fatoumata fatouma fatimatou fatma fati fatou fadimata fadima fatimetou \
fatimatu فاطمة فاطمتو
mariam mariama maryam meriem myriam mariem mariamou maryama مريم
zeinab zenab zainab zeinabou zenabou zaynab zeynab zenaba زينب
halima halimatou halimata alima halime حليمة
hawa haoua awa hawwa hawaou eva حواء
salimata salima selma salma salamatou سلمى
maimouna maimounatou maymouna ميمونة
aminata amina aminatou amna aminetou أمينة امينة
ramata ramatou rahma rahmatou ramatoulaye رحمة رحمات
oumou oum oumm umm أم
zara zahra zahara zarah زهراء زهرة
salif salifou salihou saleh salih salah saley صالح سالف
saidou said saeed seydou seidou saydou سعيد سعيدو
sidi sidy cidi seidi sid سيدي
cheikh cheick sheikh cheikhou cheickna sheik shaykh cheikhna الشيخ شيخ الشيخنا
hadj hadji elhadj elhadji alhaji alhadji hajj hadja hadjia alhadj elhaj haji haj elhajj \
الحاج حاج الحاجة حاجة
moulay moulaye mulay مولاي
cherif sherif charif chérif chrif sharif شريف الشريف
imam limam imame ilimam إمام امام
taleb talib tolba طالب الطالب
bechir bachir bashir bachirou bashiru بشير البشير
tahir taher tahirou attahir ettaher طاهر الطاهر
tidjani tidiane tijani tidiani tijjani التجاني التيجاني
jibril djibril djibrilla gibril jibrin djibrine jibrilla djibo jabril جبريل جبرين
amin amine lamine elamine alamine lamin أمين الأمين امين الامين
nassir nasser nassirou nasiru nasr naser ناصر النصر
mansour mansur mansourou mansor منصور
malick malik malike abdoulmalick مالك
lawal laouali lawan lawali lawwal لول الأول
garba garbou grba غربا
salam salem salimou salim salimo سالم
sani sanoussi senoussi sanousi sanusi سنوسي السنوسي
rabiou rabiu rabi rabiatou ربيع
kassim qasim kassoum kacem gassim kassimou قاسم القاسم
nafissa nafissatou nafisa nefissa نفيسة
rokia rokiatou roukayatou rokhaya rouqaya ruqayya رقية
djamila jamila djamilatou jamilatou جميلة
saadatou sadatou saadou saadu sadou سعد السعد
hamani hamane حماني
boukar bukar boukary boukari bukari بكر
zakaria zakari zakaryaou zakariya zakarya زكريا زكرياء
ilyas ilias elias iliassou iliasou إلياس الياس
ishaq issaka issaq isaac ishaku issiaka siaka issac إسحاق اسحاق
chaibou chouaib shuaib chaib shuaibu شعيب
loukmane lokman luqman لقمان
ayoub ayouba ayuba job أيوب ايوب
maman mamane mahaman mamman ممن
diallo jallow jalloh dialo djallo ديالو جالو
barry bari bary باري
bah ba با
sow so صو
traore taraore trawally tarawele تراوري
coulibaly koulibaly kulibali koulibali كوليبالي
keita keyta keïta كيتا
diarra jarra djara djarra ديارا جارا
toure touray ture توري
cisse ceesay sise cissé سيسي
camara kamara كامارا
sidibe sidibeh سيديبي
kone koné kouné كوني
konate conateh konateh كوناتي
diabate jobarteh djabate diabaté ديباتي
dembele dambele dembelé ديمبيلي
fofana fofanah فوفانا
ndiaye njie ndjaye diaye انجاي
diop jobe diope جوب
seck secka sek سيك
gueye gaye guèye كي
sawadogo savadogo sauadogo
ouedraogo wedraogo ouedrago widraogo
kabore kaboré caboré cabore
zongo songo
maiga maïga مايغا
agali aghali
hassoumi hassimiou hassimi
tamboura tambura
sangare sangaré
allah الله
hamid hamidou hamidu hameed حميد الحميد
latif latifou atif lateef اللطيف لطيف
rahmane rahman rahmani ramane rahamane الرحمن رحمن
rahim rahime raim rahimou الرحيم رحيم
kader qader kadir qadir kadri kadirou القادر قادر
karim kerim karimou kareem الكريم كريم
aziz azize azizou aziza العزيز عزيز
razak razakou rezak razzak razaq الرزاق رزاق
wahab wahabou ouahab wahhab ouahabou الوهاب وهاب
"""
"""One name a line, in every spelling that files have of it; a backslash goes on with the line."""
