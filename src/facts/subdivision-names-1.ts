/** Subdivisions of countries AD to KR: ISO 3166-2 code without its country, and English name; the larger
 *  come first, those no longer in force last. Facts only; origin and reading in subdivisions.ts. */

export const NAMES_1 = `
AD 02=Canillo;03=Encamp;04=La Massana;05=Ordino;06=Sant Julià de Lòria;07=Andorra la Vella;08=Escaldes-Engordany
AE AJ=Ajman;AZ=Abu Dhabi;DU=Dubai;FU=Fujairah;RK=Ras al-Khaimah;SH=Sharjah;UQ=Umm al-Quwain
AF BAL=Balkh;BAM=Bamyan;BDG=Badghis;BDS=Badakhshan;BGL=Baghlan;DAY=Daykundi;FRA=Farah;FYB=Faryab;GHA=Ghazni;
  GHO=Ghōr;HEL=Helmand;HER=Herat;JOW=Jowzjan;KAB=Kabul;KAN=Kandahar;KAP=Kapisa;KDZ=Kunduz;KHO=Khost;KNR=Kunar;
  LAG=Laghman;LOG=Logar;NAN=Nangarhar;NIM=Nimruz;NUR=Nuristan;PAN=Panjshir;PAR=Parwan;PIA=Paktia;PKA=Paktika;
  SAM=Samangan;SAR=Sar-e Pol;TAK=Takhar;URU=Urozgan;WAR=Maidan Wardak;ZAB=Zabul
AG 03=Saint George;04=Saint John;05=Saint Mary;06=Saint Paul;07=Saint Peter;08=Saint Philip;10=Barbuda;11=Redonda
AL 01=Berat County;02=Durrës County;03=Elbasan County;04=Fier County;05=Gjirokastër County;06=Korçë County;
  07=Kukës County;08=Lezhë County;09=Dibër County;10=Shkodër County;11=Tirana County;12=Vlorë County;BR=Berat;
  BU=Bulqizë;DI=Dibër;DL=Delvinë;DR=Durrës;DV=Devoll;EL=Elbasan;ER=Kolonjë;FR=Fier;GJ=Gjirokastër;GR=Gramsh;HA=Has;
  KA=Kavajë;KB=Kurbin;KC=Kuçovë;KO=Korçë;KR=Krujë;KU=Kukës;LB=Librazhd;LE=Lezhë;LU=Lushnjë;MK=Mallakastër;
  MM=Malësi e Madhe;MR=Mirditë;MT=Mat;PG=Pogradec;PQ=Peqin;PR=Përmet;PU=Pukë;SH=Shkodër;SK=Skrapar;SR=Sarandë;
  TE=Tepelenë;TP=Tropojë;TR=Tirana;VL=Vlorë
AM AG=Aragatsotn;AR=Ararat;AV=Armavir;ER=Yerevan;GR=Gegharkunik;KT=Kotayk;LO=Lori;SH=Shirak;SU=Syunik;TV=Tavush;
  VD=Vayots Dzor
AO BGO=Bengo;BGU=Benguela;BIE=Bié;CAB=Cabinda;CCU=Cuando Cubango;CNN=Cunene;CNO=Cuanza Norte;CUS=Cuanza Sul;
  HUA=Huambo;HUI=Huíla;LNO=Lunda Norte;LSU=Lunda Sul;LUA=Luanda;MAL=Malanje;MOX=Moxico;NAM=Namibe;UIG=Uíge;
  ZAI=Zaire
AR A=Salta;B=Buenos Aires Province;C=Buenos Aires;D=San Luis;E=Entre Ríos;F=La Rioja;G=Santiago del Estero;H=Chaco;
  J=San Juan;K=Catamarca;L=La Pampa;M=Mendoza;N=Misiones;P=Formosa;Q=Neuquén;R=Río Negro;S=Santa Fe;T=Tucumán;
  U=Chubut;V=Tierra del Fuego;W=Corrientes;X=Córdoba;Y=Jujuy;Z=Santa Cruz
AT 1=Burgenland;2=Carinthia;3=Lower Austria;4=Upper Austria;5=Salzburg;6=Styria;7=Tyrol;8=Vorarlberg;9=Vienna
AU ACT=Australian Capital Territory;NSW=New South Wales;NT=Northern Territory;QLD=Queensland;SA=South Australia;
  TAS=Tasmania;VIC=Victoria;WA=Western Australia
AZ ABS=Absheron;AGA=Agstafa;AGC=Aghjabadi;AGM=Agdam;AGS=Agdash;AGU=Agsu;AST=Astara;BA=Baku;BAL=Balakan;BAR=Barda;
  BEY=Beylagan;BIL=Bilasuvar;CAB=Jabrayil;CAL=Jalilabad;DAS=Dashkasan;FUZ=Fizuli;GA=Ganja;GAD=Gadabay;GOR=Goranboy;
  GOY=Goychay;GYG=Goygol;HAC=Hajigabul;IMI=Imishli;ISM=Ismailli;KAL=Kalbajar;KUR=Kurdamir;LA=Lankaran;LAC=Lachin;
  LAN=Lankaran District;LER=Lerik;MAS=Masally;MI=Mingachevir;NA=Naftalan;NEF=Neftchala;NX=Nakhchivan AR;OGU=Oghuz;
  QAB=Qabala;QAX=Qakh;QAZ=Qazakh;QBA=Quba;QBI=Qubadli;QOB=Gobustan;QUS=Qusar;SA=Shaki;SAB=Sabirabad;
  SAK=Shaki District;SAL=Salyan;SAT=Saatly;SBN=Shabran;SIY=Siazan;SKR=Shamkir;SM=Sumqayit;SMI=Shamakhi;SMX=Samukh;
  SR=Shirvan;SUS=Shusha;TAR=Tartar;TOV=Tovuz;UCA=Ujar;XA=Stepanakert;XAC=Khachmaz;XCI=Khojali;XIZ=Khizi;
  XVD=Khojavend;YAR=Yardymli;YE=Yevlakh;YEV=Yevlakh District;ZAN=Zangilan;ZAQ=Zaqatala;ZAR=Zardab;BAB=Babek;
  CUL=Julfa;KAN=Kangarli;NV=Nakhchivan;ORD=Ordubad;SAD=Sadarak;SAH=Shahbuz;SAR=Sharur
BA BIH=Federation of Bosnia and Herzegovina;BRC=Brčko District;SRP=Republika Srpska;01=Una-Sana;02=Posavina;
  03=Tuzlanski;04=Zenica-Doboj;05=Bosnian Podrinje;06=Central Bosnia;07=Herzegovina-Neretva;08=West Herzegovina;
  09=Sarajevo;10=Livanjski
BB 01=Christ Church;02=Saint Andrew;03=Saint George;04=Saint James;05=Saint John;06=Saint Joseph;07=Saint Lucy;
  08=Saint Michael;09=Saint Peter;10=Saint Philip;11=Saint Thomas
BD A=Barisal;B=Chittagong Division;C=Dhaka Division;D=Khulna Division;E=Rajshahi Division;F=Rangpur Division;
  G=Sylhet Division;H=Mymensingh Division;01=Bandarban;02=Barguna;03=Bogra;04=Brahmanbaria;05=Bagerhat;
  06=Barisal Division;07=Bhola;08=Comilla;09=Chandpur;10=Chittagong;11=Cox’s Bazar;12=Chuadanga;13=Dhaka;
  14=Dinajpur;15=Faridpur;16=Feni;17=Gopalganj;18=Gazipur;19=Gaibandha;20=Habiganj;21=Jamalpur;22=Jessore;
  23=Jhenaidah;24=Joypurhat;25=Jhalokati;26=Kishoreganj;27=Khulna;28=Kurigram;29=Khagrachari;30=Kushtia;
  31=Lakshmipur;32=Lalmonirhat;33=Manikganj;34=Mymensingh;35=Munshiganj;36=Madaripur;37=Magura;38=Maulvi Bazar;
  39=Meherpur;40=Narayanganj;41=Netrokona;42=Narsingdi;43=Narail;44=Natore;45=Nawabganj;46=Nilphamari;47=Noakhali;
  48=Naogaon;49=Pabna;50=Pirojpur;51=Patuakhali;52=Panchagarh;53=Rajbari;54=Rajshahi;55=Rangpur;56=Rangamati Hill;
  57=Sherpur;58=Satkhira;59=Sirajganj;60=Sylhet;61=Sunamganj;62=Shariatpur;63=Tangail;64=Thakurgaon
BE BRU=Brussels;VLG=Flanders;WAL=Wallonia;VAN=Antwerp;VBR=Flemish Brabant;VLI=Limburg;VOV=East Flanders;
  VWV=West Flanders;WBR=Walloon Brabant;WHT=Hainaut;WLG=Liège;WLX=Luxembourg;WNA=Namur
BF 01=Boucle du Mouhoun;02=Cascades;03=Centre;04=Centre-Est;05=Centre-Nord;06=Centre-Ouest;07=Centre-Sud;08=Est;
  09=Hauts-Bassins;10=Nord;11=Plateau-Central;12=Sahel;13=Sud-Ouest;BAL=Balé;BAM=Bam;BAN=Banwa;BAZ=Bazèga;
  BGR=Bougouriba;BLG=Boulgou;BLK=Boulkiemdé;COM=Comoé;GAN=Ganzourgou;GNA=Gnagna;GOU=Gourma;HOU=Houet;IOB=Ioba;
  KAD=Kadiogo;KEN=Kénédougou;KMD=Komondjari;KMP=Kompienga;KOP=Koulpélogo;KOS=Kossi;KOT=Kouritenga;KOW=Kourwéogo;
  LER=Léraba;LOR=Loroum;MOU=Mouhoun;NAM=Namentenga;NAO=Nahouri;NAY=Nayala;NOU=Noumbiel;OUB=Oubritenga;OUD=Oudalan;
  PAS=Passoré;PON=Poni;SEN=Séno;SIS=Sissili;SMT=Sanmatenga;SNG=Sanguié;SOM=Soum;SOR=Sourou;TAP=Tapoa;TUI=Tuy;
  YAG=Yagha;YAT=Yatenga;ZIR=Ziro;ZON=Zondoma;ZOU=Zoundwéogo
BG 01=Blagoevgrad;02=Burgas;03=Varna;04=Veliko Tarnovo;05=Vidin;06=Vratsa;07=Gabrovo;08=Dobrich;09=Kardzhali;
  10=Kyustendil;11=Lovech;12=Montana;13=Pazardzhik;14=Pernik;15=Pleven;16=Plovdiv;17=Razgrad;18=Ruse;19=Silistra;
  20=Sliven;21=Smolyan;22=Sofia;23=Sofia District;24=Stara Zagora;25=Targovishte;26=Haskovo;27=Shumen;28=Yambol
BH 13=Capital;14=Southern;15=Muharraq;17=Northern;16=Central
BI BB=Bubanza;BL=Bujumbura Rural;BM=Bujumbura;BR=Bururi;CA=Cankuzo;CI=Cibitoke;GI=Gitega;KI=Kirundo;KR=Karuzi;
  KY=Kayanza;MA=Makamba;MU=Muramvya;MW=Mwaro;MY=Muyinga;NG=Ngozi;RM=Rumonge;RT=Rutana;RY=Ruyigi
BJ AK=Atakora;AL=Alibori;AQ=Atlantique;BO=Borgou;CO=Collines;DO=Donga;KO=Kouffo;LI=Littoral;MO=Mono;OU=Ouémé;
  PL=Plateau;ZO=Zou
BN BE=Belait;BM=Brunei-Muara;TE=Temburong;TU=Tutong
BO B=Beni;C=Cochabamba;H=Chuquisaca;L=La Paz;N=Pando;O=Oruro;P=Potosí;S=Santa Cruz;T=Tarija
BQ BO=Bonaire;SA=Saba;SE=Sint Eustatius
BR AC=Acre;AL=Alagoas;AM=Amazonas;AP=Amapá;BA=Bahia;CE=Ceará;DF=Federal District;ES=Espírito Santo;GO=Goiás;
  MA=Maranhão;MG=Minas Gerais;MS=Mato Grosso do Sul;MT=Mato Grosso;PA=Pará;PB=Paraíba;PE=Pernambuco;PI=Piauí;
  PR=Paraná;RJ=Rio de Janeiro;RN=Rio Grande do Norte;RO=Rondônia;RR=Roraima;RS=Rio Grande do Sul;SC=Santa Catarina;
  SE=Sergipe;SP=São Paulo;TO=Tocantins
BS AK=Acklins;BI=Bimini;BP=Black Point;BY=Berry Islands;CE=Central Eleuthera;CI=Cat Island;CK=Crooked Island;
  CO=Central Abaco;CS=Central Andros;EG=East Grand Bahama;EX=Exuma;FP=Freeport;GC=Grand Cay;HI=Harbour Island;
  HT=Hope Town;IN=Inagua;LI=Long Island;MC=Mangrove Cay;MG=Mayaguana;MI=Moore’s Island;NE=North Eleuthera;
  NO=North Abaco;NP=New Providence;NS=North Andros;RC=Rum Cay;RI=Ragged Island;SA=South Andros;SE=South Eleuthera;
  SO=South Abaco;SS=San Salvador;SW=Spanish Wells;WG=West Grand Bahama
BT 11=Paro;12=Chukha;13=Haa;14=Samtse;15=Thimphu;21=Tsirang;22=Dagana;23=Punakha;24=Wangdue Phodrang;31=Sarpang;
  32=Trongsa;33=Bumthang;34=Zhemgang;41=Trashigang;42=Mongar;43=Pemagatshel;44=Lhuntse;45=Samdrup Jongkhar;GA=Gasa;
  TY=Trashiyangtse
BW CE=Central;CH=Chobe;FR=Francistown;GA=Gaborone;GH=Ghanzi;JW=Jwaneng;KG=Kgalagadi;KL=Kgatleng;KW=Kweneng;
  LO=Lobatse;NE=North East;NW=North West;SE=South East;SO=Southern;SP=Selibe Phikwe;ST=Sowa Town
BY BR=Brest;HM=Minsk;HO=Homel;HR=Hrodna;MA=Magileu;MI=Minsk Region;VI=Vitebsk
BZ BZ=Belize;CY=Cayo;CZL=Corozal;OW=Orange Walk;SC=Stann Creek;TOL=Toledo
CA AB=Alberta;BC=British Columbia;MB=Manitoba;NB=New Brunswick;NL=Newfoundland and Labrador;NS=Nova Scotia;
  NT=Northwest Territories;NU=Nunavut;ON=Ontario;PE=Prince Edward Island;QC=Quebec;SK=Saskatchewan;YT=Yukon
CD BC=Bas-Congo;BU=Bas-Uélé;EQ=Équateur;HK=Haut-Katanga;HL=Haut-Lomami;HU=Haut-Uélé;IT=Ituri;KC=Kasaï Central;
  KE=Kasaï-Oriental;KG=Kwango;KL=Kwilu;KN=Kinshasa;KS=Kasaï;LO=Lomami;LU=Lualaba;MA=Maniema;MN=Mai-Ndombe;
  MO=Mongala;NK=North Kivu;NU=Nord-Ubangi;SA=Sankuru;SK=South Kivu;SU=Sud-Ubangi;TA=Tanganyika;TO=Tshopo;TU=Tshuapa;
  BN=Bandundu;KA=Katanga;KW=Kasaï-Occidental;OR=Orientale
CF AC=Ouham;BB=Bamingui-Bangoran;BGF=Bangui;BK=Basse-Kotto;HK=Haute-Kotto;HM=Haut-Mbomou;HS=Mambéré-Kadéï;
  KB=Nana-Grébizi;KG=Kémo;LB=Lobaye;MB=Mbomou;MP=Ombella-M’Poko;NM=Nana-Mambéré;OP=Ouham-Pendé;SE=Sangha-Mbaéré;
  UK=Ouaka;VK=Vakaga
CG 11=Bouenza;12=Pool;13=Sangha;14=Plateaux;15=Cuvette-Ouest;16=Pointe-Noire;2=Lékoumou;5=Kouilou;7=Likouala;
  8=Cuvette;9=Niari;BZV=Brazzaville
CH AG=Aargau;AI=Appenzell Innerrhoden;AR=Appenzell Ausserrhoden;BE=Bern;BL=Basel-Landschaft;BS=Basel-Stadt;
  FR=Fribourg;GE=Geneva;GL=Glarus;GR=Graubünden;JU=Jura;LU=Lucerne;NE=Neuchâtel;NW=Nidwalden;OW=Obwalden;
  SG=St. Gallen;SH=Schaffhausen;SO=Solothurn;SZ=Schwyz;TG=Thurgau;TI=Ticino;UR=Uri;VD=Vaud;VS=Valais;ZG=Zug;
  ZH=Zürich
CI AB=Abidjan;BS=Bas-Sassandra;CM=Comoé;DN=Denguélé;GD=Gôh-Djiboua;LC=Lacs;LG=Lagunes;MG=Montagnes;
  SM=Sassandra-Marahoué;SV=Savanes;VB=Vallée du Bandama;WR=Woroba;YM=Yamoussoukro;ZZ=Zanzan;01=Lagunes;
  02=Haut-Sassandra;03=Savanes;04=Vallée du Bandama;05=Moyen-Comoé;06=Dix-Huit Montagnes;07=Lacs;08=Zanzan;
  09=Bas-Sassandra;10=Denguélé;11=N’zi-Comoé;12=Marahoué;13=Sud-Comoé;14=Worodougou;15=Sud-Bandama;16=Agnéby;
  17=Bafing;18=Fromager;19=Moyen-Cavally
CL AI=Aysén;AN=Antofagasta;AP=Arica y Parinacota;AR=Araucanía;AT=Atacama;BI=Bío Bío;CO=Coquimbo;
  LI=Libertador General Bernardo O’Higgins;LL=Los Lagos;LR=Los Ríos;MA=Magallanes Region;ML=Maule;NB=Ñuble;
  RM=Santiago Metropolitan;TA=Tarapacá;VS=Valparaíso
CM AD=Adamawa;CE=Centre;EN=Far North;ES=East;LT=Littoral;NO=North;NW=Northwest;OU=West;SU=South;SW=Southwest
CN AH=Anhui;BJ=Beijing;CQ=Chongqing;FJ=Fujian;GD=Guangdong;GS=Gansu;GX=Guangxi;GZ=Guizhou;HA=Henan;HB=Hubei;
  HE=Hebei;HI=Hainan;HL=Heilongjiang;HN=Hunan;JL=Jilin;JS=Jiangsu;JX=Jiangxi;LN=Liaoning;NM=Inner Mongolia;
  NX=Ningxia;QH=Qinghai;SC=Sichuan;SD=Shandong;SH=Shanghai;SN=Shaanxi;SX=Shanxi;TJ=Tianjin;XJ=Xinjiang;XZ=Tibet;
  YN=Yunnan;ZJ=Zhejiang
CO AMA=Amazonas;ANT=Antioquia;ARA=Arauca;ATL=Atlántico;BOL=Bolívar;BOY=Boyacá;CAL=Caldas;CAQ=Caquetá;CAS=Casanare;
  CAU=Cauca;CES=Cesar;CHO=Chocó;COR=Córdoba;CUN=Cundinamarca;DC=Capital District;GUA=Guainía;GUV=Guaviare;HUI=Huila;
  LAG=La Guajira;MAG=Magdalena;MET=Meta;NAR=Nariño;NSA=Norte de Santander;PUT=Putumayo;QUI=Quindío;RIS=Risaralda;
  SAN=Santander;SAP=San Andrés & Providencia;SUC=Sucre;TOL=Tolima;VAC=Valle del Cauca;VAU=Vaupés;VID=Vichada
CR A=Alajuela;C=Cartago;G=Guanacaste;H=Heredia;L=Limón;P=Puntarenas;SJ=San José
CU 01=Pinar del Río;03=Havana;04=Matanzas;05=Villa Clara;06=Cienfuegos;07=Sancti Spíritus;08=Ciego de Ávila;
  09=Camagüey;10=Las Tunas;11=Holguín;12=Granma;13=Santiago de Cuba;14=Guantánamo;15=Artemisa;16=Mayabeque;
  99=Isla de la Juventud
CV B=Barlavento Islands;S=Sotavento Islands;BR=Brava;BV=Boa Vista;CA=Santa Catarina;CF=Santa Catarina do Fogo;
  CR=Santa Cruz;MA=Maio;MO=Mosteiros;PA=Paul;PN=Porto Novo;PR=Praia;RB=Ribeira Brava;RG=Ribeira Grande;
  RS=Ribeira Grande de Santiago;SD=São Domingos;SF=São Filipe;SL=Sal;SM=São Miguel;SO=São Lourenço dos Órgãos;
  SS=São Salvador do Mundo;SV=São Vicente;TA=Tarrafal;TS=Tarrafal de São Nicolau
CY 01=Nicosia;02=Limassol;03=Larnaca;04=Famagusta;05=Paphos;06=Kyrenia
CZ 10=Prague, Hlavní mešto;20=Středočeský;31=Jihočeský;32=Plzeňský;41=Karlovarský;42=Ústecký;51=Liberecký;
  52=Královéhradecký;53=Pardubický;63=Vysočina;64=Jihomoravský;71=Olomoucký;72=Zlínský;80=Moravskoslezský;
  201=Benešov;202=Beroun;203=Kladno;204=Kolín;205=Kutná Hora;206=Mělník;207=Mladá Boleslav;208=Nymburk;
  209=Prague-East;20A=Prague-West;20B=Příbram;20C=Rakovník;311=České Budějovice;312=Český Krumlov;
  313=Jindřichův Hradec;314=Písek;315=Prachatice;316=Strakonice;317=Tábor;321=Domažlice;322=Klatovy;323=Plzeň;
  324=Plzeň-South;325=Plzeň-North;326=Rokycany;327=Tachov;411=Cheb;412=Karlovy Vary;413=Sokolov;421=Děčín;
  422=Chomutov;423=Litoměřice;424=Louny;425=Most;426=Teplice;427=Ústí nad Labem;511=Česká Lípa;
  512=Jablonec nad Nisou;513=Liberec;514=Semily;521=Hradec Králové;522=Jičín;523=Náchod;524=Rychnov nad Kněžnou;
  525=Trutnov;531=Chrudim;532=Pardubice;533=Svitavy;534=Ústí nad Orlicí;631=Havlíčkův Brod;632=Jihlava;
  633=Pelhřimov;634=Třebíč;635=Žďár nad Sázavou;641=Blansko;642=Brno-město;643=Brno-venkov;644=Břeclav;645=Hodonín;
  646=Vyškov;647=Znojmo;711=Jeseník;712=Olomouc;713=Prostějov;714=Přerov;715=Šumperk;721=Kroměříž;
  722=Uherské Hradiště;723=Vsetín;724=Zlín;801=Bruntál;802=Frýdek-Místek;803=Karviná;804=Nový Jičín;805=Opava;
  806=Ostrava;101=Prague 1;102=Prague 2;103=Prague 3;104=Prague 4;105=Prague 5;106=Prague 6;107=Prague 7;
  108=Prague 8;109=Prague 9;110=Prague 10;111=Prague 11;112=Prague 12;113=Prague 13;114=Prague 14;115=Prague 15;
  116=Prague 16;117=Prague 17;118=Prague 18;119=Prague 19;120=Prague 20;121=Prague 21;122=Prague 22
DE BB=Brandenburg;BE=Berlin;BW=Baden-Württemberg;BY=Bavaria;HB=Bremen;HE=Hesse;HH=Hamburg;MV=Mecklenburg-Vorpommern;
  NI=Lower Saxony;NW=North Rhine-Westphalia;RP=Rhineland-Palatinate;SH=Schleswig-Holstein;SL=Saarland;SN=Saxony;
  ST=Saxony-Anhalt;TH=Thuringia
DJ AR=Arta;AS=Ali Sabieh;DI=Dikhil;DJ=Djibouti;OB=Obock;TA=Tadjourah
DK 81=Northern Denmark;82=Central Denmark;83=Southern Denmark;84=Capital Region;85=Zealand
DM 02=Saint Andrew;03=Saint David;04=Saint George;05=Saint John;06=Saint Joseph;07=Saint Luke;08=Saint Mark;
  09=Saint Patrick;10=Saint Paul;11=Saint Peter
DO 33=Cibao Nordeste;34=Cibao Noroeste;35=Cibao Norte;36=Cibao Sur;37=El Valle;38=Enriquillo;39=Higüamo;40=Ozama;
  41=Valdesia;42=Yuma;01=Distrito Nacional;02=Azua;03=Baoruco;04=Barahona;05=Dajabón;06=Duarte;07=Elías Piña;
  08=El Seibo;09=Espaillat;10=Independencia;11=La Altagracia;12=La Romana;13=La Vega;14=María Trinidad Sánchez;
  15=Monte Cristi;16=Pedernales;17=Peravia;18=Puerto Plata;19=Hermanas Mirabal;20=Samaná;21=San Cristóbal;
  22=San Juan;23=San Pedro de Macorís;24=Sánchez Ramírez;25=Santiago;26=Santiago Rodríguez;27=Valverde;
  28=Monseñor Nouel;29=Monte Plata;30=Hato Mayor;31=San José de Ocoa;32=Santo Domingo
DZ 01=Adrar;02=Chlef;03=Laghouat;04=Oum El Bouaghi;05=Batna;06=Béjaïa;07=Biskra;08=Béchar;09=Blida;10=Bouira;
  11=Tamanghasset;12=Tébessa;13=Tlemcen;14=Tiaret;15=Tizi Ouzou;16=Algiers;17=Djelfa;18=Jijel;19=Sétif;20=Saïda;
  21=Skikda;22=Sidi Bel Abbès;23=Annaba;24=Guelma;25=Constantine;26=Médéa;27=Mostaganem;28=M’Sila;29=Mascara;
  30=Ouargla;31=Oran;32=El Bayadh;33=Illizi;34=Bordj Bou Arréridj;35=Boumerdès;36=El Tarf;37=Tindouf;38=Tissemsilt;
  39=El Oued;40=Khenchela;41=Souk Ahras;42=Tipasa;43=Mila;44=Aïn Defla;45=Naama;46=Aïn Témouchent;47=Ghardaïa;
  48=Relizane;49=Timimoun;50=Bordj Badji Mokhtar;51=Ouled Djellal;52=Béni Abbès;53=In Salah;54=In Guezzam;
  55=Touggourt;56=Djanet;57=El Meghaier;58=El Meniaa
EC A=Azuay;B=Bolívar;C=Carchi;D=Orellana;E=Esmeraldas;F=Cañar;G=Guayas;H=Chimborazo;I=Imbabura;L=Loja;M=Manabí;
  N=Napo;O=El Oro;P=Pichincha;R=Los Ríos;S=Morona-Santiago;SD=Santo Domingo de los Tsáchilas;SE=Santa Elena;
  T=Tungurahua;U=Sucumbíos;W=Galápagos;X=Cotopaxi;Y=Pastaza;Z=Zamora-Chinchipe
EE 37=Harju;39=Hiiu;45=Ida-Virumaa;50=Jõgevamaa;52=Järvamaa;56=Läänemaa;60=Lääne-Virumaa;64=Põlvamaa;68=Pärnumaa;
  71=Raplamaa;74=Saare;79=Tartumaa;81=Valgamaa;84=Viljandi;87=Võrumaa;130=Alutaguse;141=Anija;142=Antsla;171=Elva;
  184=Haapsalu;191=Haljala;198=Harku;205=Hiiumaa;214=Häädemeeste;245=Jõelähtme;247=Jõgeva;251=Jõhvi;255=Järva;
  272=Kadrina;283=Kambja;284=Kanepi;291=Kastre;293=Kehtna;296=Keila;303=Kihnu;305=Kiili;317=Kohila;321=Kohtla-Järve;
  338=Kose;353=Kuusalu;424=Loksa;430=Lääneranna;431=Lääne-Harju;432=Luunja;441=Lääne-Nigula;442=Lüganuse;446=Maardu;
  478=Muhu;480=Mulgi;486=Mustvee;503=Märjamaa;511=Narva;514=Narva-Jõesuu;528=Nõo;557=Otepää;567=Paide;
  586=Peipsiääre;615=Põhja-Sakala;618=Põltsamaa;622=Põlva;624=Pärnu;638=Põhja-Pärnumaa;651=Raasiku;653=Rae;
  661=Rakvere;663=Rakvere;668=Rapla;689=Ruhnu;698=Rõuge;708=Räpina;712=Saarde;714=Saaremaa;719=Saku;726=Saue;
  732=Setomaa;735=Sillamäe;784=Tallinn;792=Tapa;793=Tartu;796=Tartu;803=Toila;809=Tori;824=Tõrva;834=Türi;855=Valga;
  890=Viimsi;897=Viljandi;899=Viljandi³;901=Vinni;903=Viru-Nigula;907=Vormsi;917=Võru;919=Võru;928=Väike-Maarja;
  44=Ida-Viru;57=Lääne;59=Lääne-Viru
EG ALX=Alexandria;ASN=Aswan;AST=Asyut;BA=Red Sea;BH=Beheira;BNS=Beni Suef;C=Cairo;DK=Dakahlia;DT=Damietta;
  FYM=Faiyum;GH=Gharbia;GZ=Giza;IS=Ismailia;JS=South Sinai;KB=Qalyubia;KFS=Kafr el-Sheikh;KN=Qena;LX=Luxor;MN=Minya;
  MNF=Monufia;MT=Matrouh;PTS=Port Said;SHG=Sohag;SHR=Al Sharqia;SIN=North Sinai;SUZ=Suez;WAD=New Valley
ER AN=Anseba;DK=Southern Red Sea;DU=Debub;GB=Gash-Barka;MA=Maekel;SK=Northern Red Sea
ES AN=Andalusia;AR=Aragon;AS=Asturias;CB=Cantabria;CE=Ceuta;CL=Castile and León;CM=Castile-La Mancha;
  CN=Canary Islands;CT=Catalonia;EX=Extremadura;GA=Galicia;IB=Balearic Islands;MC=Murcia Region;
  MD=Madrid Autonomous Community;ML=Melilla;NC=Navarra Chartered Community;PV=Basque Country;RI=La Rioja;
  VC=Valencian Community;A=Alicante;AB=Albacete;AL=Almería;AV=Ávila;B=Barcelona;BA=Badajoz;BI=Biscay;BU=Burgos;
  C=A Coruña;CA=Cádiz;CC=Cáceres;CO=Córdoba;CR=Ciudad Real;CS=Castellón;CU=Cuenca;GC=Las Palmas;GI=Girona;
  GR=Granada;GU=Guadalajara;H=Huelva;HU=Huesca;J=Jaén;L=Lleida;LE=León;LO=La Rioja Province;LU=Lugo;
  M=Madrid Province;MA=Málaga;MU=Murcia;NA=Navarra;O=Asturias Province;OR=Ourense;P=Palencia;PM=Balears Province;
  PO=Pontevedra;S=Cantabria Province;SA=Salamanca;SE=Seville;SG=Segovia;SO=Soria;SS=Gipuzkoa;T=Tarragona;TE=Teruel;
  TF=Santa Cruz de Tenerife;TO=Toledo;V=Valencia;VA=Valladolid;VI=Álava;Z=Zaragoza;ZA=Zamora
ET AA=Addis Ababa;AF=Afar;AM=Amhara;BE=Benishangul-Gumuz;DD=Dire Dawa;GA=Gambela;HA=Harari;OR=Oromia;SI=Sidama;
  SN=Southern Nations, Nationalities, and Peoples;SO=Somali;SW=Southwest Ethiopia Peoples;TI=Tigray
FI 02=South Karelia;03=Southern Ostrobothnia;04=Southern Savonia;05=Kainuu;06=Tavastia Proper;
  07=Central Ostrobothnia;08=Central Finland;09=Kymenlaakso;10=Lapland;11=Pirkanmaa;12=Ostrobothnia;
  13=North Karelia;14=Northern Ostrobothnia;15=Northern Savonia;16=Päijänne Tavastia;17=Satakunta;18=Uusimaa;
  19=Southwest Finland
FJ C=Central;E=Eastern;N=Northern;R=Rotuma;W=Western;01=Ba;02=Bua;03=Cakaudrove;04=Kadavu;05=Lau;06=Lomaiviti;
  07=Macuata;08=Nadroga-Navosa;09=Naitasiri;10=Namosi;11=Ra;12=Rewa;13=Serua;14=Tailevu
FM KSA=Kosrae;PNI=Pohnpei;TRK=Chuuk;YAP=Yap
FR 20R=Corse;971=Guadeloupe;972=Martinique;973=Guyane (française);974=La Réunion;976=Mayotte;
  ARA=Auvergne-Rhône-Alpes;BFC=Burgundy-Franche-Comté;BRE=Brittany;CVL=Centre-Val de Loire;GES=Grand-Est;
  HDF=Hauts-de-France;IDF=Île-de-France;NAQ=Nouvelle-Aquitaine;NOR=Normandie;OCC=Occitanie;
  PAC=Provence-Alpes-Côte-d’Azur;PDL=Pays-de-la-Loire;01=Ain;02=Aisne;03=Allier;04=Alpes-de-Haute-Provence;
  05=Hautes-Alpes;06=Alpes-Maritimes;07=Ardèche;08=Ardennes;09=Ariège;10=Aube;11=Aude;12=Aveyron;
  13=Bouches-du-Rhône;14=Calvados;15=Cantal;16=Charente;17=Charente-Maritime;18=Cher;19=Corrèze;21=Côte-d’Or;
  22=Côtes-d’Armor;23=Creuse;24=Dordogne;25=Doubs;26=Drôme;27=Eure;28=Eure-et-Loir;29=Finistère;2A=Corse-du-Sud;
  2B=Haute-Corse;30=Gard;31=Haute-Garonne;32=Gers;33=Gironde;34=Hérault;35=Ille-et-Vilaine;36=Indre;
  37=Indre-et-Loire;38=Isère;39=Jura;40=Landes;41=Loir-et-Cher;42=Loire;43=Haute-Loire;44=Loire-Atlantique;
  45=Loiret;46=Lot;47=Lot-et-Garonne;48=Lozère;49=Maine-et-Loire;50=Manche;51=Marne;52=Haute-Marne;53=Mayenne;
  54=Meurthe-et-Moselle;55=Meuse;56=Morbihan;57=Moselle;58=Nièvre;59=Nord;60=Oise;61=Orne;62=Pas-de-Calais;
  63=Puy-de-Dôme;64=Pyrénées-Atlantiques;65=Hautes-Pyrénées;66=Pyrénées-Orientales;67=Bas-Rhin;68=Haut-Rhin;
  69=Rhône;69M=Métropole de Lyon;6AE=Alsace;70=Haute-Saône;71=Saône-et-Loire;72=Sarthe;73=Savoie;74=Haute-Savoie;
  75C=Paris;76=Seine-Maritime;77=Seine-et-Marne;78=Yvelines;79=Deux-Sèvres;80=Somme;81=Tarn;82=Tarn-et-Garonne;
  83=Var;84=Vaucluse;85=Vendée;86=Vienne;87=Haute-Vienne;88=Vosges;89=Yonne;90=Territoire de Belfort;91=Essonne;
  92=Hauts-de-Seine;93=Seine-Saint-Denis;94=Val-de-Marne;95=Val-d’Oise;COR=Corsica
GA 1=Estuaire;2=Haut-Ogooué;3=Moyen-Ogooué;4=Ngounié;5=Nyanga;6=Ogooué-Ivindo;7=Ogooué-Lolo;8=Ogooué-Maritime;
  9=Woleu-Ntem
GB ENG=England;NIR=Northern Ireland;SCT=Scotland;WLS=Wales;ABC=Armagh, Banbridge and Craigavon;ABD=Aberdeenshire;
  ABE=Aberdeen;AGB=Argyll and Bute;AGY=Anglesey;AND=Ards and North Down;ANN=Antrim and Newtownabbey;ANS=Angus;
  BAS=Bath and North East Somerset;BBD=Blackburn with Darwen;BCP=Bournemouth, Christchurch and Poole;BDF=Bedford;
  BDG=Barking and Dagenham;BEN=Brent;BEX=Bexley;BFS=Belfast;BGE=Bridgend;BGW=Blaenau Gwent;BIR=Birmingham;
  BKM=Buckinghamshire;BNE=Barnet;BNH=Brighton and Hove;BNS=Barnsley;BOL=Bolton;BPL=Blackpool;BRC=Bracknell Forest;
  BRD=Bradford;BRY=Bromley;BST=Bristol;BUR=Bury;CAM=Cambridgeshire;CAY=Caerphilly;CBF=Central Bedfordshire;
  CCG=Causeway Coast and Glens;CGN=Ceredigion;CHE=Cheshire East;CHW=Cheshire West and Chester;CLD=Calderdale;
  CLK=Clackmannanshire;CMA=Cumbria;CMD=Camden;CMN=Carmarthenshire;CON=Cornwall;COV=Coventry;CRF=Cardiff;CRY=Croydon;
  CWY=Conwy;DAL=Darlington;DBY=Derbyshire;DEN=Denbighshire;DER=Derby;DEV=Devon;DGY=Dumfries and Galloway;
  DNC=Doncaster;DND=Dundee;DOR=Dorset;DRS=Derry and Strabane;DUD=Dudley;DUR=Durham;EAL=Ealing;EAY=East Ayrshire;
  EDH=Edinburgh;EDU=East Dunbartonshire;ELN=East Lothian;ELS=Outer Hebrides;ENF=Enfield;ERW=East Renfrewshire;
  ERY=East Riding of Yorkshire;ESS=Essex;ESX=East Sussex;FAL=Falkirk;FIF=Fife;FLN=Flintshire;
  FMO=Fermanagh and Omagh;GAT=Gateshead;GLG=Glasgow;GLS=Gloucestershire;GRE=Greenwich;GWN=Gwynedd;HAL=Halton;
  HAM=Hampshire;HAV=Havering;HCK=Hackney;HEF=Herefordshire;HIL=Hillingdon;HLD=Highland;HMF=Hammersmith and Fulham;
  HNS=Hounslow;HPL=Hartlepool;HRT=Hertfordshire;HRW=Harrow;HRY=Haringey;IOS=Isles of Scilly;IOW=Isle of Wight;
  ISL=Islington;IVC=Inverclyde;KEC=Kensington and Chelsea;KEN=Kent;KHL=Kingston upon Hull;KIR=Kirklees;
  KTT=Kingston upon Thames;KWL=Knowsley;LAN=Lancashire;LBC=Lisburn and Castlereagh;LBH=Lambeth;LCE=Leicester;
  LDS=Leeds;LEC=Leicestershire;LEW=Lewisham;LIN=Lincolnshire;LIV=Liverpool;LND=London;LUT=Luton;MAN=Manchester;
  MDB=Middlesbrough;MDW=Medway;MEA=Mid and East Antrim;MIK=Milton Keynes;MLN=Midlothian;MON=Monmouthshire;
  MRT=Merton;MRY=Moray;MTY=Merthyr Tydfil;MUL=Mid Ulster;NAY=North Ayrshire;NBL=Northumberland;
  NEL=North East Lincolnshire;NET=Newcastle upon Tyne;NFK=Norfolk;NGM=Nottingham;NLK=North Lanarkshire;
  NLN=North Lincolnshire;NMD=Newry, Mourne and Down;NNH=North Northamptonshire;NSM=North Somerset;
  NTL=Neath Port Talbot;NTT=Nottinghamshire;NTY=North Tyneside;NWM=Newham;NWP=Newport;NYK=North Yorkshire;
  OLD=Oldham;ORK=Orkney Islands;OXF=Oxfordshire;PEM=Pembrokeshire;PKN=Perth and Kinross;PLY=Plymouth;POR=Portsmouth;
  POW=Powys;PTE=Peter;RCC=Redcar and Cleveland;RCH=Rochdale;RCT=Rhondda Cynon Taf;RDB=Redbridge;RDG=Reading;
  RFW=Renfrewshire;RIC=Richmond upon Thames;ROT=Rotherham;RUT=Rutland;SAW=Sandwell;SAY=South Ayrshire;
  SCB=Scottish Borders;SFK=Suffolk;SFT=Sefton;SGC=South Gloucestershire;SHF=Sheffield;SHN=Saint Helens;
  SHR=Shropshire;SKP=Stockport;SLF=Salford;SLG=Slough;SLK=South Lanarkshire;SND=Sunderland;SOL=Solihull;
  SOM=Somerset;SOS=Southend-on-Sea;SRY=Surrey;STE=Stoke-on-Trent;STG=Stirling;STH=Southampton;STN=Sutton;
  STS=Staffordshire;STT=Stockton-on-Tees;STY=South Tyneside;SWA=Swansea;SWD=Swindon;SWK=Southwark;TAM=Tameside;
  TFW=Telford and Wrekin;THR=Thurrock;TOB=Torbay;TOF=Torfaen;TRF=Trafford;TWH=Tower Hamlets;VGL=Vale of Glamorgan;
  WAR=Warwickshire;WBK=West Berkshire;WDU=West Dunbartonshire;WFT=Waltham Forest;WGN=Wigan;WIL=Wiltshire;
  WKF=Wakefield;WLL=Walsall;WLN=West Lothian;WLV=Wolverhampton;WND=Wandsworth;WNH=West Northamptonshire;
  WNM=Windsor and Maidenhead;WOK=Wokingham;WOR=Worcestershire;WRL=Wirral;WRT=Warrington;WRX=Wrexham;WSM=Westminster;
  WSX=West Sussex;YOR=York;ZET=Shetland;ANT=Antrim;ARD=Ards;ARM=Armagh;BLA=Ballymena;BLY=Ballymoney;BMH=Bournemouth;
  BNB=Banbridge;CGV=Craigavon;CKF=Carrickfergus;CKT=Cookstown;CLR=Coleraine;CSR=Castlereagh;
  DGN=Dungannon and South Tyrone;DOW=Down;DRY=Derry;EAW=England and Wales;FER=Fermanagh;GBN=Great Britain;
  LMV=Limavady;LRN=Larne;LSB=Lisburn;MFT=Magherafelt;MYL=Moyle;NDN=North Down;NTA=Newtownabbey;NTH=Northamptonshire;
  NYM=Newry and Mourne;OMH=Omagh;POL=Poole;STB=Strabane;UKM=United Kingdom
GD 01=Saint Andrew;02=Saint David;03=Saint George;04=Saint John;05=Saint Mark;06=Saint Patrick;
  10=Carriacou and Petite Martinique
GE AB=Abkhazia;AJ=Adjara;GU=Guria;IM=Imereti;KA=Kakheti;KK=Kvemo Kartli;MM=Mtskheta-Mtianeti;
  RL=Racha-Lechkhumi and Kvemo Svaneti;SJ=Samtskhe-Javakheti;SK=Shida Kartli;SZ=Samegrelo-Zemo Svaneti;TB=Tbilisi
GH AA=Greater Accra;AF=Ahafo;AH=Ashanti;BE=Bono East;BO=Bono;CP=Central;EP=Eastern;NE=North East;NP=Northern;OT=Oti;
  SV=Savannah;TV=Volta;UE=Upper East;UW=Upper West;WN=Western North;WP=Western;BA=Brong-Ahafo
GL AV=Avannaata Kommunia;KU=Kujalleq;QE=Qeqqata;QT=Kommune Qeqertalik;SM=Sermersooq;QA=Qaasuitsup
GM B=Banjul;L=Lower River Division;M=Central River Division;N=North Bank Division;U=Upper River Division;
  W=West Coast Division
GN B=Boké Region;C=Conakry;D=Kindia Region;F=Faranah Region;K=Kankan Region;L=Labé Region;M=Mamou Region;
  N=Nzérékoré Region;BE=Beyla;BF=Boffa;BK=Boké;CO=Coyah;DB=Dabola;DI=Dinguiraye;DL=Dalaba;DU=Dubréka;FA=Faranah;
  FO=Forécariah;FR=Fria;GA=Gaoual;GU=Guéckédou;KA=Kankan;KB=Koubia;KD=Kindia;KE=Kérouané;KN=Koundara;KO=Kouroussa;
  KS=Kissidougou;LA=Labé;LE=Lélouma;LO=Lola;MC=Macenta;MD=Mandiana;ML=Mali;MM=Mamou;NZ=Nzérékoré;PI=Pita;SI=Siguiri;
  TE=Télimélé;TO=Tougué;YO=Yomou
GQ C=Río Muni;I=Insular;AN=Annobón;BN=Bioko Norte;BS=Bioko Sur;CS=Centro Sur;DJ=Djibloho;KN=Kié-Ntem;LI=Litoral;
  WN=Wele-Nzas
GR 69=Mount Athos;A=East Macedonia and Thrace;B=Central Macedonia;C=West Macedonia;D=Epirus;E=Thessaly;
  F=Ionian Islands;G=West Greece;H=Central Greece;I=Attica;J=Peloponnese;K=North Aegean;L=South Aegean;M=Crete;
  01=Aetolia-Acarnania;03=Boeotia;04=Euboea;05=Evritania;06=Phthiotis;07=Phocis;11=Argolis;12=Arcadia;13=Achaea;
  14=Ilia;15=Corinthia;16=Laconia;17=Messenia;21=Zakynthos;22=Corfu;23=Kefalonia;24=Lefkada;31=Arta;32=Thesprotia;
  33=Ioannina;34=Preveza;41=Karditsa;42=Larissa;43=Magnesia;44=Trikala;51=Grevena;52=Drama;53=Imathia;
  54=Thessaloniki;55=Kavala;56=Kastoria;57=Kilkis;58=Kozani;59=Pella;61=Pieria;62=Serres;63=Florina;64=Chalkidiki;
  71=Evros;72=Xanthi;73=Rhodope;81=Dodecanese;82=Cyclades;83=Lesbos;84=Samos;85=Chios;91=Heraklion region;
  92=Lasithi;93=Rethymno;94=Chania;A1=Attica Department
GT 01=Guatemala;02=El Progreso;03=Sacatepéquez;04=Chimaltenango;05=Escuintla;06=Santa Rosa;07=Sololá;08=Totonicapán;
  09=Quetzaltenango;10=Suchitepéquez;11=Retalhuleu;12=San Marcos;13=Huehuetenango;14=Quiché;15=Baja Verapaz;
  16=Alta Verapaz;17=Petén;18=Izabal;19=Zacapa;20=Chiquimula;21=Jalapa;22=Jutiapa
GW BS=Bissau;L=Leste;N=Norte;S=Sul;BA=Bafatá;BL=Bolama;BM=Biombo;CA=Cacheu;GA=Gabú;OI=Oio;QU=Quinara;TO=Tombali
GY BA=Barima-Waini;CU=Cuyuni-Mazaruni;DE=Demerara-Mahaica;EB=East Berbice-Corentyne;
  ES=Essequibo Islands-West Demerara;MA=Mahaica-Berbice;PM=Pomeroon-Supenaam;PT=Potaro-Siparuni;
  UD=Upper Demerara-Berbice;UT=Upper Takutu-Upper Essequibo
HN AT=Atlántida;CH=Choluteca;CL=Colón;CM=Comayagua;CP=Copán;CR=Cortés;EP=El Paraíso;FM=Francisco Morazán;
  GD=Gracias a Dios;IB=Bay Islands;IN=Intibucá;LE=Lempira;LP=La Paz;OC=Ocotepeque;OL=Olancho;SB=Santa Bárbara;
  VA=Valle;YO=Yoro
HR 01=Zagreb County;02=Krapina-Zagorje;03=Sisak-Moslavina;04=Karlovac;05=Varaždin;06=Koprivnica-Križevci;
  07=Bjelovar-Bilogora;08=Primorje-Gorski Kotar;09=Lika-Senj;10=Virovitica-Podravina;11=Požega-Slavonia;
  12=Brod-Posavina;13=Zadar;14=Osijek-Baranja;15=Šibenik-Knin;16=Vukovar-Syrmia;17=Split-Dalmatia;18=Istria;
  19=Dubrovnik-Neretva;20=Međimurje;21=Zagreb
HT AR=Artibonite;CE=Centre;GA=Grand’Anse;ND=Nord;NE=Nord-Est;NI=Nippes;NO=Nord-Ouest;OU=Ouest;SD=Sud;SE=Sud-Est
HU BA=Baranya;BC=Békéscsaba;BE=Békés;BK=Bács-Kiskun;BU=Budapest;BZ=Borsod-Abaúj-Zemplén;CS=Csongrád;DE=Debrecen;
  DU=Dunaújváros;EG=Eger;ER=Érd;FE=Fejér;GS=Győr-Moson-Sopron;GY=Győr;HB=Hajdú-Bihar;HE=Heves;HV=Hódmezővásárhely;
  JN=Jász-Nagykun-Szolnok;KE=Komárom-Esztergom;KM=Kecskemét;KV=Kaposvár;MI=Miskolc;NK=Nagykanizsa;NO=Nógrád;
  NY=Nyíregyháza;PE=Pest;PS=Pécs;SD=Szeged;SF=Székesfehérvár;SH=Szombathely;SK=Szolnok;SN=Sopron;SO=Somogy;
  SS=Szekszárd;ST=Salgótarján;SZ=Szabolcs-Szatmár-Bereg;TB=Tatabánya;TO=Tolna;VA=Vas;VE=Veszprém County;VM=Veszprém;
  ZA=Zala;ZE=Zalaegerszeg
ID JW=Java;KA=Kalimantan;ML=Maluku Islands;NU=Lesser Sunda Islands;PP=Papua Islands;SL=Sulawesi;SM=Sumatra;AC=Aceh;
  BA=Bali;BB=Bangka–Belitung Islands;BE=Bengkulu;BT=Banten;GO=Gorontalo;JA=Jambi;JB=West Java;JI=East Java;
  JK=Jakarta;JT=Central Java;KB=West Kalimantan;KI=East Kalimantan;KR=Riau Islands;KS=South Kalimantan;
  KT=Central Kalimantan;KU=North Kalimantan;LA=Lampung;MA=Maluku;MU=North Maluku;NB=West Nusa Tenggara;
  NT=East Nusa Tenggara;PA=Papua;PB=West Papua;PD=Papua Barat Daya;PE=Papua Pengunungan;PS=Papua Selatan;
  PT=Papua Tengah;RI=Riau;SA=North Sulawesi;SB=West Sumatra;SG=Southeast Sulawesi;SN=South Sulawesi;
  SR=West Sulawesi;SS=South Sumatra;ST=Central Sulawesi;SU=North Sumatra;YO=Yogyakarta
IE C=Connacht;L=Leinster;M=Munster;U=Ulster;CE=Clare;CN=Cavan;CO=Cork;CW=Carlow;D=Dublin;DL=Donegal;G=Galway;
  KE=Kildare;KK=Kilkenny;KY=Kerry;LD=Longford;LH=Louth;LK=Limerick;LM=Leitrim;LS=Laois;MH=Meath;MN=Monaghan;MO=Mayo;
  OY=Offaly;RN=Roscommon;SO=Sligo;TA=Tipperary;WD=Waterford;WH=Westmeath;WW=Wicklow;WX=Wexford
IL D=Southern District;HA=Haifa District;JM=Jerusalem;M=Central District;TA=Tel Aviv District;Z=Northern District
IN AN=Andaman and Nicobar Islands;AP=Andhra Pradesh;AR=Arunachal Pradesh;AS=Assam;BR=Bihar;CG=Chhattīsgarh;
  CH=Chandigarh;DH=Dādra and Nagar Haveli and Damān and Diu;DL=Delhi;GA=Goa;GJ=Gujarat;HP=Himachal Pradesh;
  HR=Haryana;JH=Jharkhand;JK=Jammu and Kashmir;KA=Karnataka;KL=Kerala;LA=Ladakh;LD=Lakshadweep;MH=Maharashtra;
  ML=Meghalaya;MN=Manipur;MP=Madhya Pradesh;MZ=Mizoram;NL=Nagaland;OD=Odisha;PB=Punjab;PY=Puducherry;RJ=Rajasthan;
  SK=Sikkim;TN=Tamil Nadu;TR=Tripura;TS=Telangāna;UK=Uttarākhand;UP=Uttar Pradesh;WB=West Bengal;CT=Chhattisgarh;
  DD=Daman and Diu;DN=Dadra and Nagar Haveli;OR=Odisha (before 2023);TG=Telangana;UT=Uttarakhand
IQ AN=Al Anbar;BA=Basra;BB=Babylon;BG=Baghdad;DI=Diyala;DQ=Dhi Qar;KA=Karbala;KI=Kirkuk;KR=Kurdistan;MA=Maysan;
  MU=Al Muthanna;NA=Najaf;NI=Nineveh;QA=Al-Qādisiyyah;SD=Saladin;WA=Wasit;AR=Erbil;DA=Dohuk;SU=Sulaymaniyah
IR 00=Markazī;01=East Azerbaijan;02=West Azarbaijan;03=Ardabil;04=Isfahan;05=Ilam;06=Bushehr;07=Tehran;
  08=Chaharmahal and Bakhtiari;09=Khorāsān-e Raẕavī;10=Khuzestan;11=Zanjan;12=Semnan;13=Sistan and Baluchestan;
  14=Fars;15=Kerman;16=Kurdistan;17=Kermanshah;18=Kohgiluyeh and Boyer-Ahmad;19=Gilan;20=Lorestan;21=Mazandaran;
  22=Markazi;23=Hormozgan;24=Hamadan;25=Yazd;26=Qom;27=Golestan;28=Qazvin;29=South Khorasan;30=Razavi Khorasan;
  31=North Khorasan;32=Alborz
IS 1=Capital;2=Southern Peninsula;3=Western;4=Westfjords;5=Northwestern;6=Northeastern;7=Eastern;8=Southern;
  AKN=Akraneskaupstaður;AKU=Akureyrarbær;ARN=Árneshreppur;ASA=Ásahreppur;BLA=Bláskógabyggð;BOG=Borgarbyggð;
  BOL=Bolungarvíkurkaupstaður;DAB=Dalabyggð;DAV=Dalvíkurbyggð;EOM=Eyja- og Miklaholtshreppur;EYF=Eyjafjarðarsveit;
  FJD=Fjarðabyggð;FJL=Fjallabyggð;FLA=Flóahreppur;FLR=Fljótsdalshreppur;GAR=Garðabær;
  GOG=Grímsnes- og Grafningshreppur;GRN=Grindavíkurbær;GRU=Grundarfjarðarbær;GRY=Grýtubakkahreppur;
  HAF=Hafnarfjarðarkaupstaður;HRG=Hörgársveit;HRU=Hrunamannahreppur;HUG=Húnabyggð;HUV=Húnaþing vestra;
  HVA=Hvalfjarðarsveit;HVE=Hveragerðisbær;ISA=Ísafjarðarbær;KAL=Kaldrananeshreppur;KJO=Kjósarhreppur;
  KOP=Kópavogsbær;LAN=Langanesbyggð;MOS=Mosfellsbær;MUL=Múlaþing;MYR=Mýrdalshreppur;NOR=Norðurþing;
  RGE=Rangárþing eystra;RGY=Rangárþing ytra;RHH=Reykhólahreppur;RKN=Reykjanesbær;RKV=Reykjavíkurborg;
  SBT=Svalbarðsstrandarhreppur;SDN=Suðurnesjabær;SDV=Súðavíkurhreppur;SEL=Seltjarnarnesbær;
  SFA=Sveitarfélagið Árborg;SHF=Sveitarfélagið Hornafjörður;SKF=Skaftárhreppur;SKG=Skagabyggð;SKO=Skorradalshreppur;
  SKR=Skagafjörður;SNF=Snæfellsbær;SOG=Skeiða- og Gnúpverjahreppur;SOL=Sveitarfélagið Ölfus;
  SSS=Sveitarfélagið Skagaströnd;STR=Strandabyggð;STY=Stykkishólmsbær;SVG=Sveitarfélagið Vogar;
  TAL=Tálknafjarðarhreppur;THG=Þingeyjarsveit;TJO=Tjörneshreppur;VEM=Vestmannaeyjabær;VER=Vesturbyggð;
  VOP=Vopnafjarðarhreppur;0=Reykjavík;AKH=Akrahreppur;BFJ=Borgarfjarðarhreppur;BLO=Blönduósbær;DJU=Djúpavogshreppur;
  FLD=Fljótsdalshérað;HEL=Helgafellssveit;HUT=Húnavatnshreppur;SBH=Svalbarðshreppur;SEY=Seyðisfjarðarkaupstaður;
  SKU=Skútustaðahreppur;SSF=Sveitarfélagið Skagafjörður
IT 21=Piedmont;23=Aosta Valley;25=Lombardy;32=Trentino-South Tyrol;34=Veneto;36=Friuli–Venezia Giulia;42=Liguria;
  45=Emilia-Romagna;52=Tuscany;55=Umbria;57=Marche;62=Lazio;65=Abruzzo;67=Molise;72=Campania;75=Apulia;
  77=Basilicata;78=Calabria;82=Sicily;88=Sardinia;AG=Agrigento;AL=Alessandria;AN=Ancona;AP=Ascoli Piceno;
  AQ=L’Aquila;AR=Arezzo;AT=Asti;AV=Avellino;BA=Bari;BG=Bergamo;BI=Biella;BL=Belluno;BN=Benevento;BO=Bologna;
  BR=Brindisi;BS=Brescia;BT=Barletta-Andria-Trani;BZ=South Tyrol;CA=Cagliari;CB=Campobasso;CE=Caserta;CH=Chieti;
  CL=Caltanissetta;CN=Cuneo;CO=Como;CR=Cremona;CS=Cosenza;CT=Catania;CZ=Catanzaro;EN=Enna;FC=Forlì-Cesena;
  FE=Ferrara;FG=Foggia;FI=Florence;FM=Fermo;FR=Frosinone;GE=Genoa;GO=Gorizia;GR=Grosseto;IM=Imperia;IS=Isernia;
  KR=Crotone;LC=Lecco;LE=Lecce;LI=Livorno;LO=Lodi;LT=Latina;LU=Lucca;MB=Monza and Brianza;MC=Macerata;ME=Messina;
  MI=Milan;MN=Mantua;MO=Modena;MS=Massa and Carrara;MT=Matera;NA=Naples;NO=Novara;NU=Nuoro;OR=Oristano;PA=Palermo;
  PC=Piacenza;PD=Padua;PE=Pescara;PG=Perugia;PI=Pisa;PN=Pordenone;PO=Prato;PR=Parma;PT=Pistoia;PU=Pesaro and Urbino;
  PV=Pavia;PZ=Potenza;RA=Ravenna;RC=Reggio Calabria;RE=Reggio Emilia;RG=Ragusa;RI=Rieti;RM=Rome;RN=Rimini;RO=Rovigo;
  SA=Salerno;SI=Siena;SO=Sondrio;SP=La Spezia;SR=Syracuse;SS=Sassari;SU=Sud Sardegna;SV=Savona;TA=Taranto;TE=Teramo;
  TN=Trentino;TO=Turin;TP=Trapani;TR=Terni;TS=Trieste;TV=Treviso;UD=Udine;VA=Varese;VB=Verbano-Cusio-Ossola;
  VC=Vercelli;VE=Venice;VI=Vicenza;VR=Verona;VT=Viterbo;VV=Vibo Valentia;AO=Aosta;CI=Carbonia-Iglesias;OG=Ogliastra;
  OT=Olbia-Tempio;VS=Medio Campidano
JM 01=Kingston;02=Saint Andrew;03=Saint Thomas;04=Portland;05=Saint Mary;06=Saint Ann;07=Trelawny;08=Saint James;
  09=Hanover;10=Westmoreland;11=Saint Elizabeth;12=Manchester;13=Clarendon;14=Saint Catherine
JO AJ=Ajloun;AM=Amman;AQ=Aqaba;AT=Tafilah;AZ=Zarqa;BA=Balqa;IR=Irbid;JA=Jerash;KA=Karak;MA=Mafraq;MD=Madaba;
  MN=Ma’an
JP 01=Hokkaidō;02=Aomori;03=Iwate;04=Miyagi;05=Akita;06=Yamagata;07=Fukushima;08=Ibaraki;09=Tochigi;10=Gunma;
  11=Saitama;12=Chiba;13=Tokyo;14=Kanagawa;15=Niigata;16=Toyama;17=Ishikawa;18=Fukui;19=Yamanashi;20=Nagano;21=Gifu;
  22=Shizuoka;23=Aichi;24=Mie;25=Shiga;26=Kyōto;27=Ōsaka;28=Hyōgo;29=Nara;30=Wakayama;31=Tottori;32=Shimane;
  33=Okayama;34=Hiroshima;35=Yamaguchi;36=Tokushima;37=Kagawa;38=Ehime;39=Kōchi;40=Fukuoka;41=Saga;42=Nagasaki;
  43=Kumamoto;44=Ōita;45=Miyazaki;46=Kagoshima;47=Okinawa
KE 01=Baringo;02=Bomet;03=Bungoma;04=Busia;05=Elgeyo-Marakwet;06=Embu;07=Garissa;08=Homa Bay;09=Isiolo;10=Kajiado;
  11=Kakamega;12=Kericho;13=Kiambu;14=Kilifi;15=Kirinyaga;16=Kisii;17=Kisumu;18=Kitui;19=Kwale;20=Laikipia;21=Lamu;
  22=Machakos;23=Makueni;24=Mandera;25=Marsabit;26=Meru;27=Migori;28=Mombasa;29=Murang’a;30=Nairobi County;
  31=Nakuru;32=Nandi;33=Narok;34=Nyamira;35=Nyandarua;36=Nyeri;37=Samburu;38=Siaya;39=Taita-Taveta;40=Tana River;
  41=Tharaka-Nithi;42=Trans Nzoia;43=Turkana;44=Uasin Gishu;45=Vihiga;46=Wajir;47=West Pokot
KG B=Batken;C=Chuy;GB=Bishkek;GO=Osh;J=Jalal-Abad;N=Naryn;O=Osh Region;T=Talas;Y=Issyk-Kul
KH 1=Banteay Meanchey;10=Kratié;11=Mondulkiri;12=Phnom Penh;13=Preah Vihear;14=Prey Veng;15=Pursat;16=Ratanakiri;
  17=Siem Reap;18=Sihanoukville;19=Stung Treng;2=Battambang;20=Svay Rieng;21=Takéo;22=Oddar Meanchey;23=Kep;
  24=Pailin;25=Tbong Khmum;3=Kampong Cham;4=Kampong Chhnang;5=Kampong Speu;6=Kampong Thom;7=Kampot;8=Kandal;
  9=Koh Kong
KI G=Gilbert Islands;L=Line Islands;P=Phoenix Islands
KM A=Anjouan;G=Grande Comore;M=Mohéli
KN K=Saint Kitts;N=Nevis;01=Christ Church Nichola Town;02=Saint Anne Sandy Point;03=Saint George Basseterre;
  04=Saint George Gingerland;05=Saint James Windward;06=Saint John Capisterre;07=Saint John Figtree;
  08=Saint Mary Cayon;09=Saint Paul Capisterre;10=Saint Paul Charlestown;11=Saint Peter Basseterre;
  12=Saint Thomas Lowland;13=Saint Thomas Middle Island;15=Trinity Palmetto Point
KP 01=Pyongyang;02=South Pyongan;03=North Pyongan;04=Chagang;05=South Hwanghae;06=North Hwanghae;07=Kangwon;
  08=South Hamgyong;09=North Hamgyong;10=Ryanggang;13=Rason;14=Nampho;15=Kaeseong
KR 11=Seoul;26=Busan;27=Daegu;28=Incheon;29=Gwangju City;30=Daejeon;31=Ulsan;41=Gyeonggi;42=Gangwon;
  43=North Chungcheong;44=South Chungcheong;45=North Jeolla;46=South Jeolla;47=North Gyeongsang;48=South Gyeongsang;
  49=Jeju;50=Sejong`
