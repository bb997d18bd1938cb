/**
 * Words of everyday English and of titles that name a topic only together with another word: "black" is none, "black friday" is. They count in
 * pairs and tags, not alone; so do the commonest given names. Singular, folded.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `able above absolute accept accident account across act action actor actress actual add address adult advice afford afraid age ago agree
ahead air alive allow alone already amazing american amount ancient angel anger angry animal announce anniversary answer apartment
app appear apple area argue arm army arrest arrive art artist ask asleep assistant attack attempt attention author avoid award awesome awful baby
background bad bag bake baking ball band bank bar base basic bathroom battle beach bear beat beautiful beauty become bed bedroom
begin beginning behaviour behind believe bell best bet better beyond bible big bigger biggest bill bird birth birthday bit bite black blind block blood blow
blue board boat body bone bonus book boot border bored boring born boss bottle bottom bowl box boy boyfriend brain brand brave bread break breakfast breaking breath
brick bride bridge brief bright brilliant bring british broke broken brother brown brutal budget build building bunch burn bus business busy button buy
buyer buying cake call calling calm camera camp campaign candy car card care career carry case cash cast cat catch cause celebrate celebrating celebrity
cell center central century certain chain chair challenge champion championship chance change character charge chat cheap check cheese chef chicken child children
chip chocolate choice choose chosen church cinema circle city claim class classic clean clear climb clock close closer clothes clothing cloud
club coach coat code coffee cold collab collection college color colour comedy comfort comic comment commercial common community company compare comparison compilation complete computer concert
confess confession confirm confront control conversation cook cooking cool copy corner correct cost costume count country couple courage course court cover crash crazy cream create
creator creature creepy crew crime cross crowd cruel cry crying cup cure current custom customer cut cute cutest daily damage dance dancer dancing danger dangerous dark
darkness data date dating daughter dawn day dead deal dealing dear death debate debut decide decision deep defend degree deliver delivery demo deserve design desk
desperate destroy detail devil dialogue diary die difference different difficult dinner dirty disaster discover discuss discussion dish diy doctor dog dollar door double
doubt dr dragon drama draw drawing dream dress drink drive driver drop drug drunk dry dude due dumb dying ear early earth easy eat eating edge edit edition
education effect egg election elementary emergency emotional employee empty end ending enemy energy engine english enjoy enter entertainment entire environment epic
era error escape essential evening event everyday everywhere evil evolution exam exact example exchange excited exclusive excuse expect expensive experience experiment expert explain
explained explaining explore expose exposed extra extreme eye face fact factory fail failure faith fake fall falling fame familiar family famous fan fancy fantastic
far farm fashion fast faster fat father favorite favourite fear feature feed feel feeling feet female fight fighting figure file fill film final finale finally find
finding fine finger finish fire fish fishing fit fitness fix flag flight floor flower fly flying focus food fool foot football force foreign forest forever forget
forgot form former fortune forward found free freedom french fresh fridge friend friendship front frozen fruit fun function funniest funny furniture future gain game
gamer gaming garden gay gear general genius gentle german ghost giant gift girl girlfriend glad glass global goal god gold golden good goodbye government grand
grandma grandpa great greatest green ground group grow growing guess guest guide guilty guitar gun guy hack hair haircut half hall hand handle hang happen
happened happening happiest happy hard harder hat hate haul head heal health healthy hear heart heat heaven heavy height hell hello help hero hey hi hidden hide
high highest highlight hilarious hill history hit hobby hold hole holiday hollywood holy home homemade honest hope horror horse hospital host hot hotel hour house
household huge human humor hundred hungry hunt hunter hurt husband ice iconic idea identity idiot image imagine impact important impossible impress impression improve inch incident
include income incredible industry info information inside insane inspire inspiration instant instead interest interesting international internet interview introduce introducing invention
invite iron island issue item jacket jail job join joke journey joy judge juice jump junior justice key kick kid kill killed killer killing kind king kiss
kitchen knife knock lab lady lake land language large laser late later latest laugh launch law lawyer lazy lead leader leak leaked learn learned learning leave
leaving left leg legal legend lesson letter level library lie life lifestyle lift light line lion lip list listen literally little living load loan local lock log
lonely long longer lord lose loser losing loss lost loud love lover loving low luck lucky lunch luxury machine mad magic magical mail main major makeover makeup male mall man
manage manager map march mark market marriage married marry mask mass massive master match material matter meal meaning meat media medical meet meeting mega member
memory men mental mention menu mess message metal method middle midnight military milk million millionaire mind mini minute mirror miss missing mission mistake mix mixed mob
mobile model modern mom moment money monster month mood moon morning mother motion motivation mountain mouse mouth move movement movie moving mr mrs ms murder muscle museum music musical
mystery myth nail naked name nasty nation national natural nature near neck negative neighbor nervous nice night nightmare noise normal note notice number nurse object
obsessed ocean offer office officer online open opening opinion opposite option orange order ordinary organization outfit outside owner pack package page paid pain paint painting pair
pancake panel panic pants paper parent park parody party pass passion past path pay peace pen people perfect perform performance performing period person personal
personality pet phone photo physical piano pick picture piece pig pilot pink pizza place plan plane planet plant plastic plate play played player playing pleasure
plus pocket poem point poison police policy political politics pool poor pop popular position positive possible post pot potato pound power powerful practice prank pregnancy
pregnant prepare present president press pressure pretend pretty preview price pride prince princess print prison private prize pro problem process produce product
production professional professor program project promise promo proof propose protect proud prove public pull punch puppy pure purpose push queen question quick quiet quit quiz
race racist radio rage rain raise random range rank ranking rapper rare rate rating reach react reacting reaction read reading ready real realistic reality realize reason recap
receive recipe record recording recover red reddit reduce regret regular relationship relax release relief remember remix remove rent repair replace reply report reporter request
rescue research resolution respond response rest restaurant result return reunion reunite reveal revealed reveal revenge review rice rich ride ridiculous ring rip rise risk river road roast
robot rock role roll romance romantic roof room roommate rough round routine royal ruin rule run runner running rush sad safe safety salad sale salt sand satisfying
sauce save saving scandal scare scared scary scene schedule school science scientist score scream screen script sea search season seat second secret security seed self
sell selling send senior sense sentence series serious serve service session set seven sex sexy shade shadow shape share shark sharp shelf shift ship shirt shock shocked
shocking shoe shoot shooting shop shopping short shot shoulder show shower shut sick side sign signal signature silent silly silver similar simple sing singer singing single sister
sit site situation size skill skin skit sky slam sleep sleeping slice slime slow small smart smash smell smile smoke smooth snack snake sneak snow social society sofa
soft soldier solo solution solve somewhere son song soon sorry sort soul sound soundtrack soup source space speak speaking special speech speed spell spend spin spirit split
spoiler spoon sport spot spring squad square stack staff stage stair stand standard star start starting state statement station stay steal step stick stolen stone stop store storm
story storytime straight strange stranger strategy stream street strength stress strike strip strong struggle struggling stuck student studio study stuff stunning stupid style
stylist subject success successful sudden suffer sugar suit summer sun sunday super support suppose surface surgery surprise surprised surprising survival survive survivor sweet swim
swimming switch system table tag tail talent talk talking tall tape target taste tasting tea teach teacher team tear tech technology teen teenager television tell ten terrible
terrifying test testing text thank theater theatre theme theory therapy thick thief thin think thinking thousand threat throw thrown ticket tie tiger tight time tiny tip tired tiktok title toast
today together toilet tomorrow tone tonight tool tooth top topic total touch tough tour towel tower town toy track trade tradition traditional traffic train training transform
transformation trap trash travel treat tree trend trending trial trick trip trouble truck true trust truth try turn tutorial twin twist type ugly ultimate unbelievable unbox unboxing
uncle underrated understand underwater unexpected unique unit united universe university unknown unlock unusual update upset useful usual vacation value vegan version
victim victory view viewer village villain viral virtual vision visit voice vote wait waiting wake walk walking wall war warm warning wash waste watch watching
water wave weak weapon wear wearing weather web wedding week weekend weekly weight weird weirdest welcome west wet wheel white whole wife wild willing win wind window wine wing winner winning
winter wise wish witness woman women wonder wonderful wood word work worker working workout world worry worse worst worth wow wrap write writer writing wrong yard year
yellow yesterday young younger youth zero zone
monday tuesday wednesday thursday friday saturday sunday january february april june july august september october november december
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul
andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon
benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan
jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel
alan juan wayne roy ralph randy eugene vincent russell elijah louis bobby philip johnny mary patricia jennifer linda elizabeth barbara susan
jessica sarah karen nancy lisa betty margaret sandra ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon
cynthia kathleen amy shirley angela helen anna brenda pamela nicole emma samantha katherine christine debra rachel catherine carolyn janet ruth maria
heather diane virginia julie joyce victoria olivia kelly christina lauren joan evelyn judith megan cheryl andrea hannah martha jacqueline frances
gloria ann teresa kathryn sara janice jean alice madison doris abigail julia judy grace denise amber marilyn beverly danielle theresa sophia marie diana
brittany natalie isabella charlotte rose alexis kayla chris matt mike nick tom ben sam steve jim jimmy bob dan dave tim kate katie alex stephen
jan feb mar apr jun jul aug sep oct nov dec teaser buy bought news`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
