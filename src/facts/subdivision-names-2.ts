/** Subdivisions of countries KW to ZW: ISO 3166-2 code without its country, and English name; the larger
 *  come first, those no longer in force last. Facts only; origin and reading in subdivisions.ts. */

export const NAMES_2 = `
KW AH=Al Ahmadi;FA=Al Farwaniyah;HA=Hawalli;JA=Al Jahra;KU=Al Asimah;MU=Mubarak Al-Kabeer
KZ 10=Abay oblysy;11=Aqmola oblysy;15=Aqtöbe oblysy;19=Almaty oblysy;23=Atyraū oblysy;27=Batys Qazaqstan oblysy;
  31=Zhambyl oblysy;33=Zhetisū oblysy;35=Qaraghandy oblysy;39=Qostanay oblysy;43=Qyzylorda oblysy;
  47=Mangghystaū oblysy;55=Pavlodar oblysy;59=Soltüstik Qazaqstan oblysy;61=Türkistan oblysy;62=Ulytaū oblysy;
  63=Shyghys Qazaqstan oblysy;71=Astana;75=Almaty;79=Shymkent;AKM=Akmola;AKT=Aktobe;ALM=Almaty Region;ATY=Atyrau;
  BAY=Bayqongyr;KAR=Karagandy;KUS=Kostanay;KZY=Kyzylorda;MAN=Mangystau;PAV=Pavlodar;SEV=North Kazakhstan;
  VOS=East Kazakhstan;YUZ=South Kazakhstan;ZAP=West Kazakhstan;ZHA=Jambyl
LA AT=Attapeu;BK=Bokeo;BL=Bolikhamsai;CH=Champasak;HO=Houaphanh;KH=Khammouane;LM=Luang Namtha;LP=Luang Prabang;
  OU=Oudomxay;PH=Phongsaly;SL=Salavan;SV=Savannakhet;VI=Vientiane Province;VT=Vientiane;XA=Sainyabuli;XE=Sekong;
  XI=Xiangkhouang;XS=Xaisomboun
LB AK=Akkar;AS=North;BA=Beirut;BH=Baalbek-Hermel;BI=Beqaa;JA=South;JL=Mount Lebanon;NA=Nabatieh
LC 01=Anse la Raye;02=Castries;03=Choiseul;05=Dennery;06=Gros Islet;07=Laborie;08=Micoud;10=Soufrière;11=Vieux Fort;
  12=Canaries
LI 01=Balzers;02=Eschen;03=Gamprin;04=Mauren;05=Planken;06=Ruggell;07=Schaan;08=Schellenberg;09=Triesen;
  10=Triesenberg;11=Vaduz
LK 1=Western;2=Central;3=Southern;4=Northern;5=Eastern;6=North Western;7=North Central;8=Uva;9=Sabaragamuwa;
  11=Colombo;12=Gampaha;13=Kalutara;21=Kandy;22=Matale;23=Nuwara Eliya;31=Galle;32=Matara;33=Hambantota;41=Jaffna;
  42=Kilinochchi;43=Mannar;44=Vavuniya;45=Mullaitivu;51=Batticaloa;52=Ampara;53=Trincomalee;61=Kurunegala;
  62=Puttalam;71=Anuradhapura;72=Polonnaruwa;81=Badulla;82=Moneragala;91=Ratnapura;92=Kegalle
LR BG=Bong;BM=Bomi;CM=Grand Cape Mount;GB=Grand Bassa;GG=Grand Gedeh;GK=Grand Kru;GP=Gbarpolu;LO=Lofa;MG=Margibi;
  MO=Montserrado;MY=Maryland;NI=Nimba;RG=River Gee;RI=Rivercess;SI=Sinoe
LS A=Maseru;B=Butha-Buthe;C=Leribe;D=Berea;E=Mafeteng;F=Mohale’s Hoek;G=Quthing;H=Qacha’s Nek;J=Mokhotlong;
  K=Thaba-Tseka
LT AL=Alytus County;KL=Klaipėda County;KU=Kaunas County;MR=Marijampolė County;PN=Panevėžys County;
  SA=Šiauliai County;TA=Tauragė County;TE=Telšiai County;UT=Utena County;VL=Vilnius County;01=Akmenė;
  02=Alytus Municipality;03=Alytus;04=Anykščiai;05=Birštonas;06=Biržai;07=Druskininkai;08=Elektrėnai;09=Ignalina;
  10=Jonava;11=Joniškis;12=Jurbarkas;13=Kaišiadorys;14=Kalvarija;15=Kauno Municipality;16=Kaunas;17=Kazlų Rūda;
  18=Kėdainiai;19=Kelmė;20=Klaipėdos Municipality;21=Klaipėda;22=Kretinga;23=Kupiškis;24=Lazdijai;25=Marijampolė;
  26=Mažeikiai;27=Molėtai;28=Neringa;29=Pagėgiai;30=Pakruojis;31=Palanga;32=Panevėžio Municipality;33=Panevėžys;
  34=Pasvalys;35=Plungė;36=Prienai;37=Radviliškis;38=Raseiniai;39=Rietavas;40=Rokiškis;41=Šakiai;42=Šalčininkai;
  43=Šiaulių Municipality;44=Šiauliai;45=Šilalė;46=Šilutė;47=Širvintos;48=Skuodas;49=Švenčionys;50=Tauragė;
  51=Telšiai;52=Trakai;53=Ukmergė;54=Utena;55=Varėna;56=Vilkaviškis;57=Vilniaus Municipality;58=Vilnius;
  59=Visaginas;60=Zarasai
LU CA=Capellen;CL=Clervaux;DI=Diekirch;EC=Echternach;ES=Esch-sur-Alzette;GR=Grevenmacher;LU=Luxembourg;ME=Mersch;
  RD=Redange;RM=Remich;VD=Vianden;WI=Wiltz
LV 002=Aizkraukle;007=Alūksne;011=Ādaži;015=Balvi;016=Bauska;022=Cēsis;026=Dobele;033=Gulbene;
  041=Jelgava Municipality;042=Jēkabpils Municipality;047=Krāslava;050=Kuldīga;052=Ķekava;054=Limbaži;056=Līvāni;
  058=Ludza;059=Madona;062=Mārupe;067=Ogre;068=Olaine;073=Preiļi;077=Rēzekne Municipality;080=Ropaži;087=Salaspils;
  088=Saldus;089=Saulkrasti;091=Sigulda;094=Smiltene;097=Talsi;099=Tukums;101=Valka;102=Varakļāni;
  106=Ventspils Municipality;111=Augšdaugavas novads;112=Dienvidkurzemes Novads;113=Valmieras Novads;DGV=Daugavpils;
  JEL=Jelgava;JUR=Jūrmala;LPX=Liepāja;REZ=Rēzekne;RIX=Riga;VEN=Ventspils;001=Aglona;003=Aizpute;004=Aknīste;
  005=Aloja;006=Alsunga;008=Amata;009=Ape;010=Auce;012=Babīte;013=Baldone;014=Baltinava;017=Beverīna;018=Brocēni;
  019=Burtnieki;020=Carnikava;021=Cesvaine;023=Cibla;024=Dagda;025=Daugavpils Municipality;027=Dundaga;028=Durbe;
  029=Engure;030=Ērgļi;031=Garkalne;032=Grobiņa;034=Iecava;035=Ikšķile;036=Ilūkste;037=Inčukalns;038=Jaunjelgava;
  039=Jaunpiebalga;040=Jaunpils;043=Kandava;044=Kārsava;045=Kocēni;046=Koknese;048=Krimulda;049=Krustpils;
  051=Ķegums;053=Lielvārde;055=Līgatne;057=Lubāna;060=Mazsalaca;061=Mālpils;063=Mērsrags;064=Naukšēni;065=Nereta;
  066=Nīca;069=Ozolnieki;070=Pārgauja;071=Pāvilosta;072=Pļaviņas;074=Priekule;075=Priekuļi;076=Rauna;078=Riebiņi;
  079=Roja;081=Rucava;082=Rugāji;083=Rundāle;084=Rūjiena;085=Sala;086=Salacgrīva;090=Sēja;092=Skrīveri;093=Skrunda;
  095=Stopiņi;096=Strenči;098=Tērvete;100=Vaiņode;103=Vārkava;104=Vecpiebalga;105=Vecumnieki;107=Viesīte;108=Viļaka;
  109=Viļāni;110=Zilupe;JKB=Jēkabpils;VMR=Valmiera
LY BA=Benghazi;BU=Butnan;DR=Derna;GT=Ghat;JA=Jabal al Akhdar;JG=Jabal al Gharbi;JI=Jafara;JU=Jufra;KF=Kufra;
  MB=Murqub;MI=Misrata;MJ=Marj;MQ=Murzuq;NL=Nalut;NQ=Nuqat al Khams;SB=Sabha;SR=Sirte;TB=Tripoli;WA=Al Wahat;
  WD=Wadi al Hayaa;WS=Wadi al Shatii;ZA=Zawiya
MA 01=Tangier-Tétouan;02=Gharb-Chrarda-Béni Hssen;03=Taza-Al Hoceima-Taounate;04=Oriental;05=Fès-Boulemane;
  06=Meknès-Tafilalet;07=Rabat-Salé-Zemmour-Zaer;08=Grand Casablanca;09=Chaouia-Ouardigha;10=Doukkala-Abda;
  11=Marrakesh-Tensift-El Haouz;12=Tadla-Azilal;AGD=Agadir-Ida Ou Tanane;AOU=Aousserd;ASZ=Assa-Zag;AZI=Azilal;
  BEM=Béni-Mellal;BER=Berkane;BES=Ben Slimane;BOD=Boujdour;BOM=Boulemane;BRR=Berrechid;CAS=Casablanca;
  CHE=Chefchaouen;CHI=Chichaoua;CHT=Chtouka Aït Baha;DRI=Driouch;ERR=Errachidia;ESI=Essaouira;ESM=Es Semara;
  FAH=Fahs-Beni Makada;FES=Fès-Dar-Dbibegh;FIG=Figuig;FQH=Fquih Ben Salah;GUE=Guelmim;GUF=Guercif;HAJ=El Hajeb;
  HAO=Al Haouz;HOC=Al Hoceïma;IFR=Ifrane;INE=Inezgane-Aït Melloul;JDI=El Jadida;JRA=Jerada;KEN=Kénitra;
  KES=Kelaat Sraghna;KHE=Khemisset;KHN=Khénifra;KHO=Khouribga;LAA=Laâyoune;LAR=Larache;MAR=Marrakech;
  MDF=M’diq-Fnideq;MED=Médiouna;MEK=Meknès;MID=Midelt;MOH=Mohammedia;MOU=Moulay Yacoub;NAD=Nador;NOU=Nouaceur;
  OUA=Ouarzazate;OUD=Oued Ed-Dahab;OUJ=Oujda-Angad;OUZ=Ouezzane;RAB=Rabat;REH=Rehamna;SAF=Safi;SAL=Salé;SEF=Sefrou;
  SET=Settat;SIB=Sidi Bennour;SIF=Sidi Ifni;SIK=Sidi Kacem;SIL=Sidi Slimane;SKH=Skhirat-Témara;
  TAF=Tarfaya (EH-partial);TAI=Taourirt;TAO=Taounate;TAR=Taroudant;TAT=Tata;TAZ=Taza;TET=Tétouan;TIN=Tinghir;
  TIZ=Tiznit;TNG=Tangier-Assilah;TNT=Tan-Tan;YUS=Youssoufia;ZAG=Zagora;13=Souss-Massa-Drâa;14=Guelmim-Es Semara;
  15=Laâyoune-Boujdour-Sakia El Hamra;16=Oued Ed-Dahab-Lagouira;MMD=Marrakech-Medina;MMN=Marrakech-Menara;
  SYB=Sidi Youssef Ben Ali
MC CL=La Colle;CO=La Condamine;FO=Fontvieille;GA=La Gare;JE=Jardin Exotique de Monaco;LA=Larvotto;MA=Malbousquet;
  MC=Monte Carlo;MG=Moneghetti;MO=Monaco-Ville;MU=Moulins;PH=Port Hercules;SD=Sainte-Dévote Chapel;SO=La Source;
  SP=Spélugues;SR=Saint Roman;VR=Vallon de la Rousse
MD AN=Anenii Noi;BA=Bălţi;BD=Bender;BR=Briceni;BS=Basarabeasca;CA=Cahul;CL=Călărași;CM=Cimișlia;CR=Criuleni;
  CS=Căușeni;CT=Cantemir;CU=Chișinău;DO=Dondușeni;DR=Drochia;DU=Dubăsari;ED=Edineț;FA=Fălești;FL=Florești;
  GA=Gagauzia;GL=Glodeni;HI=Hîncești;IA=Ialoveni;LE=Leova;NI=Nisporeni;OC=Ocniţa;OR=Orhei;RE=Rezina;RI=Rîșcani;
  SD=Șoldănești;SI=Sîngerei;SN=Transnistria;SO=Soroca;ST=Strășeni;SV=Ştefan Vodă;TA=Taraclia;TE=Telenești;
  UN=Ungheni
ME 01=Andrijevica;02=Bar;03=Berane;04=Bijelo Polje;05=Budva;06=Cetinje;07=Danilovgrad;08=Herceg Novi;09=Kolašin;
  10=Kotor;11=Mojkovac;12=Nikšić;13=Plav;14=Pljevlja;15=Plužine;16=Podgorica;17=Rožaje;18=Šavnik;19=Tivat;20=Ulcinj;
  21=Žabljak;22=Gusinje;23=Petnjica;24=Tuzi;25=Zeta
MG A=Toamasina;D=Antsiranana;F=Fianarantsoa;M=Mahajanga;T=Antananarivo;U=Toliara
MH L=Ralik Chain;T=Ratak Chain;ALK=Ailuk Atoll;ALL=Ailinglaplap Atoll;ARN=Arno;AUR=Aur Atoll;EBO=Ebon Atoll;
  ENI=Enewetak Atoll;JAB=Jabat Island;JAL=Jaluit Atoll;KIL=Kili Island;KWA=Kwajalein;LAE=Lae Atoll;LIB=Lib Island;
  LIK=Likiep Atoll;MAJ=Majuro;MAL=Maloelap Atoll;MEJ=Mejit Island;MIL=Mili Atoll;NMK=Namdrik Atoll;NMU=Namu Atoll;
  RON=Rongelap Atoll;UJA=Ujae Atoll;UTI=Utirik Atoll;WTH=Wotho Atoll;WTJ=Wotje Atoll
MK 101=Veles;102=Gradsko;103=Demir Kapija;104=Kavadarci;105=Lozovo;106=Negotino;107=Rosoman;108=Sveti Nikole;
  109=Čaška;201=Berovo;202=Vinica;203=Delčevo;204=Zrnovci;205=Karbinci;206=Kočani;207=Makedonska Kamenica;
  208=Pehčevo;209=Probištip;210=Češinovo-Obleševo;211=Štip;301=Vevčani;303=Debar;304=Debrca;307=Kičevo;
  308=Makedonski Brod;310=Ohrid;311=Plasnica;312=Struga;313=Centar Župa;401=Bogdanci;402=Bosilovo;403=Valandovo;
  404=Vasilevo;405=Gevgelija;406=Dojran;407=Konče;408=Novo Selo;409=Radoviš;410=Strumica;501=Bitola;502=Demir Hisar;
  503=Dolneni;504=Krivogaštani;505=Kruševo;506=Mogila;507=Novaci;508=Prilep;509=Resen;601=Bogovinje;602=Brvenica;
  603=Vrapčište;604=Gostivar;605=Želino;606=Jegunovce;607=Mavrovo i Rostuše;608=Tearce;609=Tetovo;701=Kratovo;
  702=Kriva Palanka;703=Kumanovo;704=Lipkovo;705=Rankovce;706=Staro Nagoričane;801=Aerodrom †;802=Aračinovo;
  803=Butel †;804=Gazi Baba †;805=Gjorče Petrov †;806=Zelenikovo;807=Ilinden;808=Karpoš †;809=Kisela Voda †;
  810=Petrovec;811=Saraj †;812=Sopište;813=Studeničani;814=Centar †;815=Čair †;816=Čučer-Sandevo;817=Šuto Orizari †;
  01=Aerodrom;09=Butel;15=Vraneštica;17=Gazi Baba;22=Debarca;28=Drugovo;29=Gjorče Petrov;31=Zajas;38=Karpoš;
  39=Kisela Voda;50=Mavrovo and Rostuša;57=Oslomej;68=Saraj;77=Centar;79=Čair;84=Šuto Orizari;85=Skopje
ML 1=Kayes;10=Taoudénit;2=Koulikoro;3=Sikasso;4=Ségou;5=Mopti;6=Tombouctou;7=Gao;8=Kidal;9=Ménaka;BKO=Bamako
MM 01=Sagaing;02=Bago;03=Magway;04=Mandalay;05=Tanintharyi;06=Yangon;07=Ayeyarwady;11=Kachin;12=Kayah;13=Kayin;
  14=Chin;15=Mon;16=Rakhine;17=Shan;18=Naypyidaw
MN 035=Orkhon;037=Darkhan-Uul;039=Khentii;041=Khövsgöl;043=Khovd;046=Uvs;047=Töv;049=Selenge;051=Sükhbaatar;
  053=Ömnögovi;055=Övörkhangai;057=Zavkhan;059=Dundgovi;061=Dornod;063=Dornogovi;064=Govisümber;065=Govi-Altai;
  067=Bulgan;069=Bayankhongor;071=Bayan-Ölgii;073=Arkhangai;1=Ulaanbaatar
MR 01=Hodh Ech Chargui;02=Hodh El Gharbi;03=Assaba;04=Gorgol;05=Brakna;06=Trarza;07=Adrar;08=Dakhlet Nouadhibou;
  09=Tagant;10=Guidimaka;11=Tiris Zemmour;12=Inchiri;13=Nouakchott Ouest;14=Nouakchott Nord;15=Nouakchott Sud
MT 01=Attard;02=Balzan;03=Birgu;04=Birkirkara;05=Birżebbuġa;06=Cospicua;07=Dingli;08=Fgura;09=Floriana;10=Fontana;
  11=Gudja;12=Gżira;13=Għajnsielem;14=Għarb;15=Għargħur;16=Għasri;17=Għaxaq;18=Ħamrun;19=Iklin;20=Senglea;
  21=Kalkara;22=Kerċem;23=Kirkop;24=Lija;25=Luqa;26=Marsa;27=Marsaskala;28=Marsaxlokk;29=Mdina;30=Mellieħa;31=Mġarr;
  32=Mosta;33=Mqabba;34=Msida;35=Imtarfa;36=Munxar;37=Nadur;38=Naxxar;39=Paola;40=Pembroke;41=Pietà;42=Qala;
  43=Qormi;44=Qrendi;45=Victoria;46=Rabat;47=Safi;48=St. Julian’s;49=San Ġwann;50=Saint Lawrence;51=St. Paul’s Bay;
  52=Sannat;53=Santa Luċija;54=Santa Venera;55=Siġġiewi;56=Sliema;57=Swieqi;58=Ta’ Xbiex;59=Tarxien;60=Valletta;
  61=Xagħra;62=Xewkija;63=Xgħajra;64=Żabbar;65=Żebbuġ Gozo;66=Żebbuġ;67=Żejtun;68=Żurrieq
MU AG=Agaléga;BL=Rivière Noire;CC=Cargados Carajos;FL=Flacq;GP=Grand Port;MO=Moka;PA=Pamplemousses;
  PL=Port Louis District;PW=Plaines Wilhems;RO=Rodrigues;RR=Rivière du Rempart;SA=Savanne;BR=Beau-Bassin Rose-Hill;
  CU=Curepipe;PU=Port Louis;QB=Quatre Bornes;VP=Vacoas-Phoenix
MV 00=Alif Dhaal;01=Addu;02=Alif Alif;03=Lhaviyani;04=Vaavu;05=Laamu;07=Haa Alif;08=Thaa;12=Meemu;13=Raa;14=Faafu;
  17=Dhaalu;20=Baa;23=Haa Dhaalu;24=Shaviyani;25=Noonu;26=Kaafu;27=Gaafu Alif;28=Gaafu Dhaalu;29=Gnaviyani;MLE=Malé;
  CE=Central Province;NC=North Central Province;NO=North Province;SC=South Central Province;SU=South Province;
  UN=Upper North Province;US=Upper South Province
MW C=Central;N=Northern;S=Southern;BA=Balaka;BL=Blantyre;CK=Chikwawa;CR=Chiradzulu;CT=Chitipa;DE=Dedza;DO=Dowa;
  KR=Karonga;KS=Kasungu;LI=Lilongwe;LK=Likoma;MC=Mchinji;MG=Mangochi;MH=Machinga;MU=Mulanje;MW=Mwanza;MZ=Mzimba;
  NB=Nkhata Bay;NE=Neno;NI=Ntchisi;NK=Nkhotakota;NS=Nsanje;NU=Ntcheu;PH=Phalombe;RU=Rumphi;SA=Salima;TH=Thyolo;
  ZO=Zomba
MX AGU=Aguascalientes;BCN=Baja California;BCS=Baja California Sur;CAM=Campeche;CHH=Chihuahua;CHP=Chiapas;
  CMX=Ciudad de Mexico;COA=Coahuila;COL=Colima;DUR=Durango;GRO=Guerrero;GUA=Guanajuato;HID=Hidalgo;JAL=Jalisco;
  MEX=Mexico State;MIC=Michoacán;MOR=Morelos;NAY=Nayarit;NLE=Nuevo León;OAX=Oaxaca;PUE=Puebla;QUE=Querétaro;
  ROO=Quintana Roo;SIN=Sinaloa;SLP=San Luis Potosí;SON=Sonora;TAB=Tabasco;TAM=Tamaulipas;TLA=Tlaxcala;VER=Veracruz;
  YUC=Yucatán;ZAC=Zacatecas;DIF=Mexico City
MY 01=Johor;02=Kedah;03=Kelantan;04=Malacca;05=Negeri Sembilan;06=Pahang;07=Penang;08=Perak;09=Perlis;10=Selangor;
  11=Terengganu;12=Sabah;13=Sarawak;14=Kuala Lumpur;15=Labuan;16=Putrajaya
MZ A=Niassa;B=Manica;G=Gaza;I=Inhambane;L=Maputo Province;MPM=Maputo;N=Nampula;P=Cabo Delgado;Q=Zambezia;S=Sofala;
  T=Tete
NA CA=Zambezi;ER=Erongo;HA=Hardap;KA=Karas;KE=Kavango East;KH=Khomas;KU=Kunene;KW=Kavango West;OD=Otjozondjupa;
  OH=Omaheke;ON=Oshana;OS=Omusati;OT=Oshikoto;OW=Ohangwena
NE 1=Agadez;2=Diffa;3=Dosso;4=Maradi;5=Tahoua;6=Tillabéri;7=Zinder;8=Niamey
NG AB=Abia;AD=Adamawa;AK=Akwa Ibom;AN=Anambra;BA=Bauchi;BE=Benue;BO=Borno;BY=Bayelsa;CR=Cross River;DE=Delta;
  EB=Ebonyi;ED=Edo;EK=Ekiti;EN=Enugu;FC=Federal Capital Territory;GO=Gombe;IM=Imo;JI=Jigawa;KD=Kaduna;KE=Kebbi;
  KN=Kano;KO=Kogi;KT=Katsina;KW=Kwara;LA=Lagos;NA=Nasarawa;NI=Niger;OG=Ogun;ON=Ondo;OS=Osun;OY=Oyo;PL=Plateau;
  RI=Rivers;SO=Sokoto;TA=Taraba;YO=Yobe;ZA=Zamfara
NI AN=Atlántico Norte;AS=Atlántico Sur;BO=Boaco;CA=Carazo;CI=Chinandega;CO=Chontales;ES=Estelí;GR=Granada;
  JI=Jinotega;LE=León;MD=Madriz;MN=Managua;MS=Masaya;MT=Matagalpa;NS=Nueva Segovia;RI=Rivas;SJ=Río San Juan
NL BQ2=Saba;BQ3=Sint Eustatius;DR=Drenthe;FL=Flevoland;FR=Friesland;GE=Gelderland;GR=Groningen;LI=Limburg;
  NB=North Brabant;NH=North Holland;OV=Overijssel;UT=Utrecht;ZE=Zeeland;ZH=South Holland
NO 03=Oslo;11=Rogaland;15=Møre og Romsdal;18=Nordland;21=Svalbard;22=Jan Mayen;30=Viken;34=Innlandet;
  38=Vestfold og Telemark;42=Agder;46=Vestland;50=Trøndelag;54=Tromssan ja Finmarkun;01=Østfold;02=Akershus;
  04=Hedmark;05=Oppland;06=Buskerud;07=Vestfold;08=Telemark;09=Aust-Agder;10=Vest-Agder;12=Hordaland;
  14=Sogn og Fjordane;16=Sør-Trøndelag;17=Nord-Trøndelag;19=Troms;20=Finnmark
NP P1=Province 1;P2=Province 2;P3=Province 3;P4=Gandaki;P5=Province 5;P6=Karnali;P7=Province 7;1=Central;
  2=Madhya Pashchimanchal;3=Western;4=Purwanchal;5=Sudur Pashchimanchal;BA=Bagmati;BH=Bheri;DH=Dhawalagiri;
  GA=Gandaki;JA=Janakpur;KA=Karnali;KO=Kosi;LU=Lumbini;MA=Mahakali;ME=Mechi;NA=Narayani;RA=Rapti;SA=Sagarmatha;
  SE=Seti
NR 01=Aiwo;02=Anabar;03=Anetan;04=Anibare;05=Baiti;06=Boe;07=Buada;08=Denigomodu;09=Ewa;10=Ijuw;11=Meneng;12=Nibok;
  13=Uaboe;14=Yaren
NZ AUK=Auckland;BOP=Bay of Plenty;CAN=Canterbury;CIT=Chatham Islands;GIS=Gisborne;HKB=Hawke’s Bay;MBH=Marl;
  MWT=Manawatu-Wanganui;NSN=Nelson;NTL=Northland;OTA=Otago;STL=Southland;TAS=Tasman;TKI=Taranaki;WGN=Wellington;
  WKO=Waikato;WTC=West Coast
OM BJ=Janub al Batinah;BS=Shamal al Batinah;BU=Al Buraimi;DA=Ad Dakhiliyah;MA=Muscat;MU=Musandam;
  SJ=Janub ash Sharqiyah;SS=Shamal ash Sharqiyah;WU=Al Wusta;ZA=Ad Dhahirah;ZU=Dhofar
PA 1=Bocas del Toro;10=West Panamá;2=Coclé;3=Colón;4=Chiriquí;5=Darién;6=Herrera;7=Los Santos;8=Panamá;9=Veraguas;
  EM=Emberá;KY=Guna Yala;NB=Ngöbe-Buglé;NT=Naso Tjër Di
PE AMA=Amazonas;ANC=Ancash;APU=Apurímac;ARE=Arequipa;AYA=Ayacucho;CAJ=Cajamarca;CAL=El Callao;CUS=Cusco;HUC=Huánuco;
  HUV=Huancavelica;ICA=Ica;JUN=Junín;LAL=La Libertad;LAM=Lambayeque;LIM=Lima Region;LMA=Lima;LOR=Loreto;
  MDD=Madre de Dios;MOQ=Moquegua;PAS=Pasco;PIU=Piura;PUN=Puno;SAM=San Martín;TAC=Tacna;TUM=Tumbes;UCA=Ucayali
PG CPK=Chimbu;CPM=Central;EBR=East New Britain;EHG=Eastern Highlands;EPW=Enga;ESW=East Sepik;GPK=Gulf;HLA=Hela;
  JWK=Jiwaka;MBA=Milne Bay;MPL=Morobe;MPM=Madang;MRL=Manus;NCD=Port Moresby;NIK=New Ireland;NPP=Oro;
  NSB=Bougainville;SAN=Sandaun;SHM=Southern Highlands;WBK=West New Britain;WHM=Western Highlands;WPD=Western
PH 00=Metro Manila;01=Ilocos;02=Cagayan Valley;03=Central Luzon;05=Bicol;06=Western Visayas;07=Central Visayas;
  08=Eastern Visayas;09=Zamboanga Peninsula;10=Northern Mindanao;11=Davao;12=Soccsksargen;13=Caraga;
  14=Muslim Mindanao;15=Cordillera Administrative;40=Calabarzon;41=Mimaropa;ABR=Abra;AGN=Agusan del Norte;
  AGS=Agusan del Sur;AKL=Aklan;ALB=Albay;ANT=Antique;APA=Apayao;AUR=Aurora;BAN=Bataan;BAS=Basilan;BEN=Benguet;
  BIL=Biliran;BOH=Bohol;BTG=Batangas;BTN=Batanes;BUK=Bukidnon;BUL=Bulacan;CAG=Cagayan;CAM=Camiguin;
  CAN=Camarines Norte;CAP=Capiz;CAS=Camarines Sur;CAT=Catanduanes;CAV=Cavite;CEB=Cebu;COM=Compostela Valley;
  DAO=Davao Oriental;DAS=Davao del Sur;DAV=Davao del Norte;DIN=Dinagat Islands;DVO=Davao Occidental;
  EAS=Eastern Samar;GUI=Guimaras;IFU=Ifugao;ILI=Iloilo;ILN=Ilocos Norte;ILS=Ilocos Sur;ISA=Isabela;KAL=Kalinga;
  LAG=Laguna;LAN=Lanao del Norte;LAS=Lanao del Sur;LEY=Leyte;LUN=La Union;MAD=Marinduque;MAS=Masbate;
  MDC=Occidental Mindoro;MDR=Oriental Mindoro;MGN=Maguindanao del Norte;MGS=Maguindanao del Sur;MOU=Mountain;
  MSC=Misamis Occidental;MSR=Misamis Oriental;NCO=Cotabato;NEC=Negros Occidental;NER=Negros Oriental;
  NSA=Northern Samar;NUE=Nueva Ecija;NUV=Nueva Vizcaya;PAM=Pampanga;PAN=Pangasinan;PLW=Palawan;QUE=Quezon;
  QUI=Quirino;RIZ=Rizal;ROM=Romblon;SAR=Sarangani;SCO=South Cotabato;SIG=Siquijor;SLE=Southern Leyte;SLU=Sulu;
  SOR=Sorsogon;SUK=Sultan Kudarat;SUN=Surigao del Norte;SUR=Surigao del Sur;TAR=Tarlac;TAW=Tawi-Tawi;WSA=Samar;
  ZAN=Zamboanga del Norte;ZAS=Zamboanga del Sur;ZMB=Zambales;ZSI=Zamboanga Sibugay;MAG=Maguindanao
PK BA=Balochistan;GB=Gilgit-Baltistan;IS=Islamabad;JK=Azad Kashmir;KP=Khyber Pakhtunkhwa;PB=Punjab;SD=Sindh;
  TA=Federally Administered Tribal Areas
PL 02=Lower Silesia;04=Kuyavia-Pomerania;06=Lublin;08=Lubusz;10=Łódź;12=Lesser Poland;14=Mazovia;16=Opole;
  18=Subcarpathia;20=Podlachia;22=Pomerania;24=Silesia;26=Holy Cross;28=Warmia-Masuria;30=Greater Poland;
  32=West Pomerania
PS BTH=Bethlehem;DEB=Deir al-Balah;GZA=Gaza;HBN=Hebron;JEM=Jerusalem;JEN=Jenin;JRH=Jericho;KYS=Khan Yunis;
  NBS=Nablus;NGZ=North Gaza;QQA=Qalqilya;RBH=Ramallah and al-Bireh;RFH=Rafah;SLT=Salfit;TBS=Tubas;TKM=Tulkarm
PT 01=Aveiro;02=Beja;03=Braga;04=Bragança;05=Castelo Branco;06=Coimbra;07=Évora;08=Faro;09=Guarda;10=Leiria;
  11=Lisbon;12=Portalegre;13=Porto;14=Santarém;15=Setúbal;16=Viana do Castelo;17=Vila Real;18=Viseu;20=Azores;
  30=Madeira
PW 002=Aimeliik;004=Airai;010=Angaur;050=Hatohobei;100=Kayangel;150=Koror;212=Melekeok;214=Ngaraard;218=Ngarchelong;
  222=Ngardmau;224=Ngatpang;226=Ngchesar;227=Ngeremlengui;228=Ngiwal;350=Peleliu;370=Sonsorol
PY 1=Concepción;10=Alto Paraná;11=Central;12=Ñeembucú;13=Amambay;14=Canindeyú;15=Presidente Hayes;16=Alto Paraguay;
  19=Boquerón;2=San Pedro;3=Cordillera;4=Guairá;5=Caaguazú;6=Caazapá;7=Itapúa;8=Misiones;9=Paraguarí;ASU=Asunción
QA DA=Doha;KH=Al Khor;MS=Madinat ash Shamal;RA=Al Rayyan;SH=Ash Shīḩānīyah;US=Umm Salal;WA=Al Wakrah;ZA=Al Daayen
RO AB=Alba;AG=Argeș;AR=Arad;B=Bucharest;BC=Bacău;BH=Bihor;BN=Bistriţa-Năsăud;BR=Brăila;BT=Botoşani;BV=Braşov;
  BZ=Buzău;CJ=Cluj;CL=Călărași;CS=Caraș-Severin;CT=Constanța;CV=Covasna;DB=Dâmbovița;DJ=Dolj;GJ=Gorj;GL=Galați;
  GR=Giurgiu;HD=Hunedoara;HR=Harghita;IF=Ilfov;IL=Ialomița;IS=Iași;MH=Mehedinți;MM=Maramureş;MS=Mureş;NT=Neamţ;
  OT=Olt;PH=Prahova;SB=Sibiu;SJ=Sălaj;SM=Satu Mare;SV=Suceava;TL=Tulcea;TM=Timiș;TR=Teleorman;VL=Vâlcea;VN=Vrancea;
  VS=Vaslui
RS 00=Beograd;08=Mačva;09=Kolubara;10=Podunavlje;11=Braničevo;12=Šumadija;13=Pomoravlje;14=Bor;15=Zaječar;
  16=Zlatibor;17=Moravica;18=Raška;19=Rasina;20=Nišava;21=Toplica;22=Pirot;23=Jablanica;24=Pčinja;
  KM=Kosovo-Metohija;VO=Vojvodina;01=North Bačka;02=Central Banat;03=North Banat;04=South Banat;05=West Bačka;
  06=South Bačka;07=Srem;25=Kosovo;26=Peć;27=Prizren;28=Kosovska Mitrovica;29=Kosovo-Pomoravlje
RU AD=Adygea;AL=Altai;ALT=Altai Krai;AMU=Amur;ARK=Arkhangelsk;AST=Astrakhan;BA=Bashkortostan;BEL=Belgorod;
  BRY=Bryansk;BU=Buryat;CE=Chechen;CHE=Chelyabinsk;CHU=Chukotka Okrug;CU=Chuvash;DA=Dagestan;IN=Ingushetia;
  IRK=Irkutsk;IVA=Ivanovo;KAM=Kamchatka Krai;KB=Kabardino-Balkar;KC=Karachay-Cherkess;KDA=Krasnodar Krai;
  KEM=Kemerovo;KGD=Kaliningrad;KGN=Kurgan;KHA=Khabarovsk Krai;KHM=Khanty-Mansi;KIR=Kirov;KK=Khakassia;KL=Kalmykia;
  KLU=Kaluga;KO=Komi;KOS=Kostroma;KR=Karelia;KRS=Kursk;KYA=Krasnoyarsk Krai;LEN=Leningrad;LIP=Lipetsk;MAG=Magadan;
  ME=Mari El;MO=Mordovia;MOS=Moscow Province;MOW=Moscow;MUR=Murmansk;NEN=Nenets;NGR=Novgorod;NIZ=Nizhny Novgorod;
  NVS=Novosibirsk;OMS=Omsk;ORE=Orenburg;ORL=Oryol;PER=Perm Krai;PNZ=Penza;PRI=Primorsky Krai;PSK=Pskov;ROS=Rostov;
  RYA=Ryazan;SA=Sakha;SAK=Sakhalin;SAM=Samara;SAR=Saratov;SE=North Ossetia-Alania;SMO=Smolensk;SPE=Saint Petersburg;
  STA=Stavropol Krai;SVE=Sverdlovsk;TA=Tatarstan;TAM=Tambov;TOM=Tomsk;TUL=Tula;TVE=Tver;TY=Tuva;TYU=Tyumen;
  UD=Udmurt;ULY=Ulyanovsk;VGG=Volgograd;VLA=Vladimir;VLG=Vologda;VOR=Voronezh;YAN=Yamalo-Nenets Okrug;YAR=Yaroslavl;
  YEV=Jewish;ZAB=Zabaykalsky Krai
RW 01=Kigali;02=Eastern;03=Northern;04=Western;05=Southern
SA 01=Riyadh;02=Makkah;03=Al Madinah;04=Eastern;05=Al-Qassim;06=Ha’il;07=Tabuk;08=Northern Borders;09=Jizan;
  10=Najran;11=Al Bahah;12=Al Jawf;14=Asir
SB CE=Central;CH=Choiseul;CT=Honiara;GU=Guadalcanal;IS=Isabel;MK=Makira-Ulawa;ML=Malaita;RB=Rennell and Bellona;
  TE=Temotu;WE=Western
SC 01=Anse aux Pins;02=Anse Boileau;03=Anse Etoile;04=Au Cap;05=Anse Royale;06=Baie Lazare;07=Baie Sainte Anne;
  08=Beau Vallon;09=Bel Air;10=Bel Ombre;11=Cascade;12=Glacis;13=Grand’Anse Mahé;14=Grand’Anse Praslin;15=La Digue;
  16=La Rivière Anglaise;17=Mont Buxton;18=Mont Fleuri;19=Plaisance;20=Pointe La Rue;21=Port Glaud;22=Saint Louis;
  23=Takamaka;24=Les Mamelles;25=Roche Caiman;26=Ile Perseverance I;27=Ile Perseverance II
SD DC=Central Darfur;DE=East Darfur;DN=North Darfur;DS=South Darfur;DW=West Darfur;GD=Al Qadarif;GK=West Kurdufan;
  GZ=Al Jazirah;KA=Kassala;KH=Khartoum;KN=North Kurdufan;KS=South Kurdufan;NB=Blue Nile;NO=Northern;NR=River Nile;
  NW=White Nile;RS=Red Sea;SI=Sennar
SE AB=Stockholm;AC=Västerbotten;BD=Norrbotten;C=Uppsala;D=Södermanland;E=Östergötland;F=Jönköping;G=Kronoberg;
  H=Kalmar;I=Gotland;K=Blekinge;M=Skåne;N=Halland;O=Västra Götaland;S=Värmland;T=Örebro;U=Västmanland;W=Dalarna;
  X=Gävleborg;Y=Västernorrland;Z=Jämtland
SG 01=Central Singapore;02=North East;03=North West;04=South East;05=South West
SH AC=Ascension Island;HL=Saint Helena
SI 001=Ajdovščina;002=Beltinci;003=Bled;004=Bohinj;005=Borovnica;006=Bovec;007=Brda;008=Brezovica;009=Brežice;
  010=Tišina;011=Celje;012=Cerklje na Gorenjskem;013=Cerknica;014=Cerkno;015=Črenšovci;016=Črna na Koroškem;
  017=Črnomelj;018=Destrnik;019=Divača;020=Dobrepolje;021=Dobrova–Polhov Gradec;022=Dol pri Ljubljani;023=Domžale;
  024=Dornava;025=Dravograd;026=Duplek;027=Gorenja Vas–Poljane;028=Gorišnica;029=Gornja Radgona;030=Gornji Grad;
  031=Gornji Petrovci;032=Grosuplje;033=Šalovci;034=Hrastnik;035=Hrpelje–Kozina;036=Idrija;037=Ig;
  038=Ilirska Bistrica;039=Ivančna Gorica;040=Izola;041=Jesenice;042=Juršinci;043=Kamnik;044=Kanal;045=Kidričevo;
  046=Kobarid;047=Kobilje;048=Kočevje;049=Komen;050=Koper;051=Kozje;052=Kranj;053=Kranjska Gora;054=Krško;
  055=Kungota;056=Kuzma;057=Laško;058=Lenart;059=Lendava;060=Litija;061=Ljubljana;062=Ljubno;063=Ljutomer;
  064=Logatec;065=Loška Dolina;066=Loški Potok;067=Luče;068=Lukovica;069=Majšperk;070=Maribor;071=Medvode;
  072=Mengeš;073=Metlika;074=Mežica;075=Miren–Kostanjevica;076=Mislinja;077=Moravče;078=Moravske Toplice;
  079=Mozirje;080=Murska Sobota;081=Muta;082=Naklo;083=Nazarje;084=Nova Gorica;085=Novo Mesto;086=Odranci;087=Ormož;
  088=Osilnica;089=Pesnica;090=Piran;091=Pivka;092=Podčetrtek;093=Podvelka;094=Postojna;095=Preddvor;096=Ptuj;
  097=Puconci;098=Rače–Fram;099=Radeče;100=Radenci;101=Radlje ob Dravi;102=Radovljica;103=Ravne na Koroškem;
  104=Ribnica;105=Rogašovci;106=Rogaška Slatina;107=Rogatec;108=Ruše;109=Semič;110=Sevnica;111=Sežana;
  112=Slovenj Gradec;113=Slovenska Bistrica;114=Slovenske Konjice;115=Starše;116=Sveti Jurij;117=Šenčur;118=Šentilj;
  119=Šentjernej;120=Šentjur;121=Škocjan;122=Škofja Loka;123=Škofljica;124=Šmarje pri Jelšah;125=Šmartno ob Paki;
  126=Šoštanj;127=Štore;128=Tolmin;129=Trbovlje;130=Trebnje;131=Tržič;132=Turnišče;133=Velenje;134=Velike Lašče;
  135=Videm;136=Vipava;137=Vitanje;138=Vodice;139=Vojnik;140=Vrhnika;141=Vuzenica;142=Zagorje ob Savi;143=Zavrč;
  144=Zreče;146=Železniki;147=Žiri;148=Benedikt;149=Bistrica ob Sotli;150=Bloke;151=Braslovče;152=Cankova;
  153=Cerkvenjak;154=Dobje;155=Dobrna;156=Dobrovnik;157=Dolenjske Toplice;158=Grad;159=Hajdina;160=Hoče–Slivnica;
  161=Hodoš;162=Horjul;163=Jezersko;164=Komenda;165=Kostel;166=Križevci;167=Lovrenc na Pohorju;168=Markovci;
  169=Miklavž na Dravskem Polju;170=Mirna Peč;171=Oplotnica;172=Podlehnik;173=Polzela;174=Prebold;175=Prevalje;
  176=Razkrižje;177=Ribnica na Pohorju;178=Selnica ob Dravi;179=Sodražica;180=Solčava;181=Sveta Ana;
  182=Sveti Andraž v Slovenskih Goricah;183=Šempeter–Vrtojba;184=Tabor;185=Trnovska Vas;186=Trzin;187=Velika Polana;
  188=Veržej;189=Vransko;190=Žalec;191=Žetale;192=Žirovnica;193=Žužemberk;194=Šmartno pri Litiji;195=Apače;
  196=Cirkulane;197=Kostanjevica na Krki;198=Makole;199=Mokronog–Trebelno;200=Poljčane;201=Renče–Vogrsko;
  202=Središče ob Dravi;203=Straža;204=Sveta Trojica v Slovenskih Goricah;205=Sveti Tomaž;206=Šmarješke Toplice;
  207=Gorje;208=Log–Dragomer;209=Rečica ob Savinji;210=Sveti Jurij v Slovenskih Goricah;211=Šentrupert;212=Mirna;
  213=Ankaran
SK BC=Banská Bystrica;BL=Bratislava;KI=Košice;NI=Nitra;PV=Prešov;TA=Trnava;TC=Trenčín;ZI=Žilina
SL E=Eastern;N=Northern;NW=North Western;S=Southern;W=Western Area
SM 01=Acquaviva;02=Chiesanuova;03=Domagnano;04=Faetano;05=Fiorentino;06=Borgo Maggiore;07=San Marino;
  08=Montegiardino;09=Serravalle
SN DB=Diourbel;DK=Dakar;FK=Fatick;KA=Kaffrine;KD=Kolda;KE=Kédougou;KL=Kaolack;LG=Louga;MT=Matam;SE=Sédhiou;
  SL=Saint-Louis;TC=Tambacounda;TH=Thiès;ZG=Ziguinchor
SO AW=Awdal;BK=Bakool;BN=Banaadir;BR=Bari;BY=Bay, Somalia;GA=Galguduud;GE=Gedo;HI=Hiran;JD=Middle Juba;
  JH=Lower Juba;MU=Mudug;NU=Nugal;SA=Sanaag;SD=Middle Shebelle;SH=Lower Shebelle;SO=Sool;TO=Togdheer;
  WO=Woqooyi Galbeed
SR BR=Brokopondo;CM=Commewijne;CR=Coronie;MA=Marowijne;NI=Nickerie;PM=Paramaribo;PR=Para;SA=Saramacca;SI=Sipaliwini;
  WA=Wanica
SS BN=Northern Bahr el Ghazal;BW=Western Bahr el Ghazal;EC=Central Equatoria;EE=Eastern Equatoria;
  EW=Western Equatoria;JG=Jonglei;LK=Lakes;NU=Upper Nile;UY=Unity;WR=Warrap
ST 01=Água Grande;02=Cantagalo;03=Caué;04=Lembá;05=Lobata;06=Mé-Zóchi;P=Príncipe;S=São Tomé
SV AH=Ahuachapán;CA=Cabañas;CH=Chalatenango;CU=Cuscatlán;LI=La Libertad;MO=Morazán;PA=La Paz;SA=Santa Ana;
  SM=San Miguel;SO=Sonsonate;SS=San Salvador;SV=San Vicente;UN=La Unión;US=Usulután
SY DI=Damascus;DR=Daraa;DY=Deir ez-Zor;HA=Al-Hasakah;HI=Homs;HL=Aleppo;HM=Hama;ID=Idlib;LA=Latakia;QU=Quneitra;
  RA=Ar-Raqqah;RD=Rif Dimashq;SU=As-Suwayda;TA=Tartus
SZ HH=Hhohho;LU=Lubombo;MA=Manzini;SH=Shiselweni
TD BA=Batha;BG=Bahr el Gazel;BO=Borkou;CB=Chari-Baguirmi;EE=Ennedi-Est;EO=Ennedi-Ouest;GR=Guéra;HL=Hadjer-Lamis;
  KA=Kanem;LC=Lac;LO=Logone Occidental;LR=Logone Oriental;MA=Mandoul;MC=Moyen-Chari;ME=Mayo-Kebbi Est;
  MO=Mayo-Kebbi Ouest;ND=N’Djamena;OD=Ouaddaï;SA=Salamat;SI=Sila;TA=Tandjilé;TI=Tibesti;WF=Wadi Fira
TG C=Centrale;K=Kara;M=Maritime;P=Plateaux;S=Savanes
TH 10=Bangkok;11=Samut Prakan;12=Nonthaburi;13=Pathum Thani;14=Phra Nakhon Si Ayutthaya;15=Ang Thong;16=Lopburi;
  17=Sing Buri;18=Chai Nat;19=Saraburi;20=Chon Buri;21=Rayong;22=Chanthaburi;23=Trat;24=Chachoengsao;
  25=Prachin Buri;26=Nakhon Nayok;27=Sa Kaeo;30=Nakhon Ratchasima;31=Buri Ram;32=Surin;33=Si Sa Ket;
  34=Ubon Ratchathani;35=Yasothon;36=Chaiyaphum;37=Amnat Charoen;38=Bueng Kan;39=Nong Bua Lam Phu;40=Khon Kaen;
  41=Udon Thani;42=Loei;43=Nong Khai;44=Maha Sarakham;45=Roi Et;46=Kalasin;47=Sakon Nakhon;48=Nakhon Phanom;
  49=Mukdahan;50=Chiang Mai;51=Lamphun;52=Lampang;53=Uttaradit;54=Phrae;55=Nan;56=Phayao;57=Chiang Rai;
  58=Mae Hong Son;60=Nakhon Sawan;61=Uthai Thani;62=Kamphaeng Phet;63=Tak;64=Sukhothai;65=Phitsanulok;66=Phichit;
  67=Phetchabun;70=Ratchaburi;71=Kanchanaburi;72=Suphanburi;73=Nakhon Pathom;74=Samut Sakhon;75=Samut Songkhram;
  76=Phetchaburi;77=Prachuap Khiri Khan;80=Nakhon Si Thammarat;81=Krabi;82=Phang Nga;83=Phuket;84=Surat Thani;
  85=Ranong;86=Chumphon;90=Songkhla;91=Satun;92=Trang;93=Phatthalung;94=Pattani;95=Yala;96=Narathiwat;S=Pattaya
TJ DU=Dushanbe;GB=Gorno-Badakhshan;KT=Khatlon;RA=Nohiyahoi Tobei Jumhurí;SU=Sughd
TL AL=Aileu;AN=Ainaro;BA=Baucau;BO=Bobonaro;CO=Cova Lima;DI=Dili;ER=Ermera;LA=Lautém;LI=Liquiçá;MF=Manufahi;
  MT=Manatuto;OE=Oecusse;VI=Viqueque
TM A=Ahal;B=Balkan;D=Daşoguz;L=Lebap;M=Mary;S=Aşgabat
TN 11=Tunis;12=Ariana;13=Ben Arous;14=Manouba;21=Nabeul;22=Zaghouan;23=Bizerte;31=Béja;32=Jendouba;33=Kef;
  34=Siliana;41=Kairouan;42=Kasserine;43=Sidi Bouzid;51=Sousse;52=Monastir;53=Mahdia;61=Sfax;71=Gafsa;72=Tozeur;
  73=Kebili;81=Gabès;82=Medenine;83=Tataouine
TO 01=ʻEua;02=Haʻapai;03=Niuas;04=Tongatapu;05=Vavaʻu
TR 01=Adana;02=Adıyaman;03=Afyonkarahisar;04=Ağrı;05=Amasya;06=Ankara;07=Antalya;08=Artvin;09=Aydın;10=Balıkesir;
  11=Bilecik;12=Bingöl;13=Bitlis;14=Bolu;15=Burdur;16=Bursa;17=Çanakkale;18=Çankırı;19=Çorum;20=Denizli;
  21=Diyarbakır;22=Edirne;23=Elazığ;24=Erzincan;25=Erzurum;26=Eskişehir;27=Gaziantep;28=Giresun;29=Gümüşhane;
  30=Hakkâri;31=Hatay;32=Isparta;33=Mersin;34=Istanbul;35=Izmir;36=Kars;37=Kastamonu;38=Kayseri;39=Kırklareli;
  40=Kırşehir;41=Kocaeli;42=Konya;43=Kütahya;44=Malatya;45=Manisa;46=Kahramanmaraş;47=Mardin;48=Muğla;49=Muş;
  50=Nevşehir;51=Niğde;52=Ordu;53=Rize;54=Sakarya;55=Samsun;56=Siirt;57=Sinop;58=Sivas;59=Tekirdağ;60=Tokat;
  61=Trabzon;62=Tunceli;63=Şanlıurfa;64=Uşak;65=Van;66=Yozgat;67=Zonguldak;68=Aksaray;69=Bayburt;70=Karaman;
  71=Kırıkkale;72=Batman;73=Şırnak;74=Bartın;75=Ardahan;76=Iğdır;77=Yalova;78=Karabük;79=Kilis;80=Osmaniye;81=Düzce
TT ARI=Arima;CHA=Chaguanas;CTT=Couva-Tabaquite-Talparo;DMN=Diego Martin;MRC=Mayaro-Rio Claro;PED=Penal-Debe;
  POS=Port of Spain;PRT=Princes Town;PTF=Point Fortin;SFO=San Fernando;SGE=Sangre Grande;SIP=Siparia;
  SJL=San Juan-Laventille;TOB=Tobago;TUP=Tunapuna-Piarco
TV FUN=Funafuti;NIT=Niutao;NKF=Nukufetau;NKL=Nukulaelae;NMA=Nanumea;NMG=Nanumanga;NUI=Nui;VAI=Vaitupu
TW CHA=Changhua;CYI=Chiayi County;CYQ=Chiayi;HSQ=Hsinchu County;HSZ=Hsinchu;HUA=Hualien;ILA=Yilan;KEE=Keelung;
  KHH=Kaohsiung;KIN=Kinmen;LIE=Lienchiang;MIA=Miaoli;NAN=Nantou;NWT=New Taipei;PEN=Penghu;PIF=Pingtung;TAO=Taoyuan;
  TNN=Tainan;TPE=Taipei;TTT=Taitung;TXG=Taichung;YUN=Yunlin
TZ 01=Arusha;02=Dar es Salaam;03=Dodoma;04=Iringa;05=Kagera;06=North Pemba;07=Zanzibar North;08=Kigoma;
  09=Kilimanjaro;10=South Pemba;11=Zanzibar Central/South;12=Lindi;13=Mara;14=Mbeya;15=Zanzibar Urban/West;
  16=Morogoro;17=Mtwara;18=Mwanza;19=Pwani;20=Rukwa;21=Ruvuma;22=Shinyanga;23=Singida;24=Tabora;25=Tanga;26=Manyara;
  27=Geita;28=Katavi;29=Njombe;30=Simiyu;31=Songwe
UA 05=Vinnychchyna;07=Volyn;09=Luhanshchyna;12=Dnipropetrovshchyna;14=Donechchyna;18=Zhytomyrshchyna;21=Zakarpattia;
  23=Zaporizhzhya;26=Prykarpattia;30=Kyiv;32=Kyivshchyna;35=Kirovohradschyna;40=Sevastopol;43=Crimea;46=Lvivshchyna;
  48=Mykolayivschyna;51=Odeshchyna;53=Poltavshchyna;56=Rivnenshchyna;59=Sumshchyna;61=Ternopilshchyna;
  63=Kharkivshchyna;65=Khersonshchyna;68=Khmelnychchyna;71=Cherkashchyna;74=Chernihivshchyna;77=Chernivtsi Oblast
UG C=Central;E=Eastern;N=Northern;W=Western;101=Kalangala;102=Kampala;103=Kiboga;104=Luwero;105=Masaka;106=Mpigi;
  107=Mubende;108=Mukono;109=Nakasongola;110=Rakai;111=Sembabule;112=Kayunga;113=Wakiso;114=Lyantonde;115=Mityana;
  116=Nakaseke;117=Buikwe;118=Bukomansibi;119=Butambala;120=Buvuma;121=Gomba;122=Kalungu;123=Kyankwanzi;124=Lwengo;
  125=Kyotera;126=Kasanda;201=Bugiri;202=Busia;203=Iganga;204=Jinja;205=Kamuli;206=Kapchorwa;207=Katakwi;208=Kumi;
  209=Mbale;210=Pallisa;211=Soroti;212=Tororo;213=Kaberamaido;214=Mayuge;215=Sironko;216=Amuria;217=Budaka;
  218=Bududa;219=Bukedea;220=Bukwa;221=Butaleja;222=Kaliro;223=Manafwa;224=Namutumba;225=Bulambuli;226=Buyende;
  227=Kibuku;228=Kween;229=Luuka;230=Namayingo;231=Ngora;232=Serere;233=Butebo;234=Namisindwa;235=Bugweri;
  236=Kapelebyong;237=Kalaki;301=Adjumani;302=Apac;303=Arua;304=Gulu;305=Kitgum;306=Kotido;307=Lira;308=Moroto;
  309=Moyo;310=Nebbi;311=Nakapiripirit;312=Pader;313=Yumbe;314=Abim;315=Amolatar;316=Amuru;317=Dokolo;318=Kaabong;
  319=Koboko;320=Maracha;321=Oyam;322=Agago;323=Alebtong;324=Amudat;325=Kole;326=Lamwo;327=Napak;328=Nwoya;
  329=Otuke;330=Zombo;331=Zombo;332=Pakwach;333=Kwania;334=Nabilatuk;335=Karenga;336=Madi-Okollo;337=Obongi;
  401=Bundibugyo;402=Bushenyi;403=Hoima;404=Kabale;405=Kabarole;406=Kasese;407=Kibaale;408=Kisoro;409=Masindi;
  410=Mbarara;411=Ntungamo;412=Rukungiri;413=Kamwenge;414=Kanungu;415=Kyenjojo;416=Buliisa;417=Ibanda;418=Isingiro;
  419=Kiruhura;420=Buhweju;421=Kiryandongo;422=Kyegegwa;423=Mitooma;424=Ntoroko;425=Rubirizi;426=Sheema;427=Kagadi;
  428=Kakumiro;429=Rubanda;430=Bunyangabu;431=Rukiga;432=Kikuube;433=Kazo;434=Kitagwenda;435=Rwampara
UM 67=Johnston Atoll;71=Midway Atoll;76=Navassa Island;79=Wake Island;81=Baker Island;84=Howland Island;
  86=Jarvis Island;89=Kingman Reef;95=Palmyra Atoll
US AK=Alaska;AL=Alabama;AR=Arkansas;AZ=Arizona;CA=California;CO=Colorado;CT=Connecticut;DC=Washington DC;
  DE=Delaware;FL=Florida;GA=Georgia;HI=Hawaii;IA=Iowa;ID=Idaho;IL=Illinois;IN=Indiana;KS=Kansas;KY=Kentucky;
  LA=Louisiana;MA=Massachusetts;MD=Maryland;ME=Maine;MI=Michigan;MN=Minnesota;MO=Missouri;MS=Mississippi;MT=Montana;
  NC=North Carolina;ND=North Dakota;NE=Nebraska;NH=New Hampshire;NJ=New Jersey;NM=New Mexico;NV=Nevada;NY=New York;
  OH=Ohio;OK=Oklahoma;OR=Oregon;PA=Pennsylvania;RI=Rhode Island;SC=South Carolina;SD=South Dakota;TN=Tennessee;
  TX=Texas;UT=Utah;VA=Virginia;VT=Vermont;WA=Washington;WI=Wisconsin;WV=West Virginia;WY=Wyoming
UY AR=Artigas;CA=Canelones;CL=Cerro Largo;CO=Colonia;DU=Durazno;FD=Florida;FS=Flores;LA=Lavalleja;MA=Maldonado;
  MO=Montevideo;PA=Paysandú;RN=Río Negro;RO=Rocha;RV=Rivera;SA=Salto;SJ=San José;SO=Soriano;TA=Tacuarembó;
  TT=Treinta y Tres
UZ AN=Andijan;BU=Bukhara;FA=Fergana;JI=Jizzakh;NG=Namangan;NW=Navoiy;QA=Qashqadaryo;QR=Karakalpakstan;SA=Samarqand;
  SI=Sirdaryo;SU=Surxondaryo;TK=Tashkent;TO=Tashkent Province;XO=Xorazm
VC 01=Charlotte;02=Saint Andrew;03=Saint David;04=Saint George;05=Saint Patrick;06=Grenadines
VE A=Capital;B=Anzoátegui;C=Apure;D=Aragua;E=Barinas;F=Bolívar;G=Carabobo;H=Cojedes;I=Falcón;J=Guárico;K=Lara;
  L=Mérida;M=Miranda;N=Monagas;O=Nueva Esparta;P=Portuguesa;R=Sucre;S=Táchira;T=Trujillo;U=Yaracuy;V=Zulia;
  W=Federal Dependencies;X=Vargas;Y=Delta Amacuro;Z=Amazonas
VN 01=Lai Châu;02=Lào Cai;03=Hà Giang;04=Cao Bằng;05=Sơn La;06=Yên Bái;07=Tuyên Quang;09=Lạng Sơn;13=Quảng Ninh;
  14=Hòa Bình;18=Ninh Bình;20=Thái Bình;21=Thanh Hóa;22=Nghệ An;23=Hà Tĩnh;24=Quảng Bình;25=Quảng Trị;
  26=Thừa Thiên–Huế;27=Quảng Nam;28=Kon Tum;29=Quảng Ngãi;30=Gia Lai;31=Bình Định;32=Phú Yên;33=Đắk Lắk;
  34=Khánh Hòa;35=Lâm Đồng;36=Ninh Thuận;37=Tây Ninh;39=Đồng Nai;40=Bình Thuận;41=Long An;43=Bà Rịa–Vũng Tàu;
  44=An Giang;45=Đồng Tháp;46=Tiền Giang;47=Kiên Giang;49=Vĩnh Long;50=Bến Tre;51=Trà Vinh;52=Sóc Trăng;53=Bắc Kạn;
  54=Bắc Giang;55=Bạc Liêu;56=Bắc Ninh;57=Bình Dương;58=Bình Phước;59=Cà Mau;61=Hải Dương;63=Hà Nam;66=Hưng Yên;
  67=Nam Định;68=Phú Thọ;69=Thái Nguyên;70=Vĩnh Phúc;71=Điện Biên;72=Đắk Nông;73=Hậu Giang;CT=Can Tho;DN=Da Nang;
  HN=Hanoi;HP=Haiphong;SG=Ho Chi Minh City
VU MAP=Malampa;PAM=Penama;SAM=Sanma;SEE=Shefa;TAE=Tafea;TOB=Torba
WF AL=Alo;SG=Sigave;UV=Uvea
WS AA=A’ana;AL=Aiga-i-le-Tai;AT=Atua;FA=Fa’asaleleaga;GE=Gaga’emauga;GI=Gaga’ifomauga;PA=Palauli;SA=Satupa’itea;
  TU=Tuamasaga;VF=Va’a-o-Fonoti;VS=Vaisigano
YE AB=Abyan;AD=’Adan;AM=Amran;BA=Al Bayda;DA=Dhale;DH=Dhamar;HD=Hadramaut;HJ=Hajjah;HU=Al Hudaydah;IB=Ibb;
  JA=Al Jawf;LA=Lahij;MA=Ma’rib;MR=Al Mahrah;MW=Al Mahwit;RA=Raymah;SA=Amanat Al Asimah;SD=Sa’dah;SH=Shabwah;
  SN=Sana’a;SU=Arkhabil Suqutra;TA=Taiz
ZA EC=Eastern Cape;FS=Free State;GP=Gauteng;KZN=KwaZulu-Natal;LP=Limpopo;MP=Mpumalanga;NC=Northern Cape;
  NW=North West;WC=Western Cape
ZM 01=Western;02=Central;03=Eastern;04=Luapula;05=Northern;06=North-Western;07=Southern;08=Copperbelt;09=Lusaka;
  10=Muchinga
ZW BU=Bulawayo;HA=Harare;MA=Manicaland;MC=Mashonaland Central;ME=Mashonaland East;MI=Midlands;MN=Matabeleland North;
  MS=Matabeleland South;MV=Masvingo;MW=Mashonaland West`
