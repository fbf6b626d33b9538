/** Where the regions of AWS and Google Cloud are. Facts only: imports nothing.
 *
 *  Codes and cities: AWS from the SDK's endpoint partitions (@aws-sdk/core 3.981, every region of the partitions
 *  aws, aws-cn, aws-eusc and aws-us-gov); Google Cloud from its "Regions and zones" page; both as of November 2026.
 *  Providers publish a city or a metropolitan area, not an address: coordinates are that city's, to a hundredth of
 *  a degree, which is all that "nearest" needs. The country is what residency rests on. */

export interface CloudRegion {
  readonly cloud: string
  readonly name: string
  readonly city: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly latitude: number
  readonly longitude: number
}

/** Region, country, latitude, longitude, city. */
const AWS = `
af-south-1 ZA -33.92 18.42 Cape Town
ap-east-1 HK 22.32 114.17 Hong Kong
ap-east-2 TW 25.03 121.57 Taipei
ap-northeast-1 JP 35.68 139.69 Tokyo
ap-northeast-2 KR 37.57 126.98 Seoul
ap-northeast-3 JP 34.69 135.5 Osaka
ap-south-1 IN 19.08 72.88 Mumbai
ap-south-2 IN 17.39 78.49 Hyderabad
ap-southeast-1 SG 1.35 103.82 Singapore
ap-southeast-2 AU -33.87 151.21 Sydney
ap-southeast-3 ID -6.21 106.85 Jakarta
ap-southeast-4 AU -37.81 144.96 Melbourne
ap-southeast-5 MY 3.14 101.69 Kuala Lumpur
ap-southeast-6 NZ -36.85 174.76 Auckland
ap-southeast-7 TH 13.76 100.5 Bangkok
ca-central-1 CA 45.5 -73.57 Montreal
ca-west-1 CA 51.05 -114.07 Calgary
cn-north-1 CN 39.9 116.41 Beijing
cn-northwest-1 CN 37.5 105.19 Zhongwei, Ningxia
eu-central-1 DE 50.11 8.68 Frankfurt
eu-central-2 CH 47.38 8.54 Zurich
eu-north-1 SE 59.33 18.07 Stockholm
eu-south-1 IT 45.46 9.19 Milan
eu-south-2 ES 41.65 -0.89 Zaragoza, Aragon
eu-west-1 IE 53.35 -6.26 Dublin
eu-west-2 GB 51.51 -0.13 London
eu-west-3 FR 48.86 2.35 Paris
eusc-de-east-1 DE 52.4 13.06 Brandenburg (European Sovereign Cloud)
il-central-1 IL 32.09 34.78 Tel Aviv
me-central-1 AE 25.2 55.27 United Arab Emirates
me-south-1 BH 26.07 50.55 Bahrain
me-west-1 SA 24.71 46.68 Saudi Arabia
mx-central-1 MX 20.59 -100.39 Queretaro
sa-east-1 BR -23.55 -46.63 Sao Paulo
sa-west-1 CL -33.45 -70.67 Chile
us-east-1 US 39.04 -77.49 Northern Virginia
us-east-2 US 39.96 -83 Columbus, Ohio
us-gov-east-1 US 39.96 -83 Ohio (GovCloud)
us-gov-west-1 US 45.52 -122.68 Oregon (GovCloud)
us-west-1 US 37.34 -121.89 Northern California
us-west-2 US 45.84 -119.7 Boardman, Oregon`

const GCP = `
africa-south1 ZA -26.2 28.05 Johannesburg
asia-east1 TW 24.08 120.54 Changhua County
asia-east2 HK 22.32 114.17 Hong Kong
asia-northeast1 JP 35.68 139.69 Tokyo
asia-northeast2 JP 34.69 135.5 Osaka
asia-northeast3 KR 37.57 126.98 Seoul
asia-south1 IN 19.08 72.88 Mumbai
asia-south2 IN 28.61 77.21 Delhi
asia-southeast1 SG 1.34 103.71 Jurong West, Singapore
asia-southeast2 ID -6.21 106.85 Jakarta
asia-southeast3 TH 13.76 100.5 Bangkok
australia-southeast1 AU -33.87 151.21 Sydney
australia-southeast2 AU -37.81 144.96 Melbourne
europe-central2 PL 52.23 21.01 Warsaw
europe-north1 FI 60.57 27.2 Hamina
europe-north2 SE 59.33 18.07 Stockholm
europe-southwest1 ES 40.42 -3.7 Madrid
europe-west1 BE 50.45 3.82 Saint-Ghislain
europe-west10 DE 52.52 13.41 Berlin
europe-west12 IT 45.07 7.69 Turin
europe-west2 GB 51.51 -0.13 London
europe-west3 DE 50.11 8.68 Frankfurt
europe-west4 NL 53.44 6.83 Eemshaven
europe-west6 CH 47.38 8.54 Zurich
europe-west8 IT 45.46 9.19 Milan
europe-west9 FR 48.86 2.35 Paris
me-central1 QA 25.29 51.53 Doha
me-central2 SA 26.43 50.1 Dammam
me-west1 IL 32.09 34.78 Tel Aviv
northamerica-northeast1 CA 45.5 -73.57 Montreal
northamerica-northeast2 CA 43.65 -79.38 Toronto
northamerica-south1 MX 20.59 -100.39 Queretaro
southamerica-east1 BR -23.53 -46.79 Osasco, Sao Paulo
southamerica-west1 CL -33.45 -70.67 Santiago
us-central1 US 41.26 -95.86 Council Bluffs, Iowa
us-east1 US 33.2 -80.01 Moncks Corner, South Carolina
us-east4 US 39.04 -77.49 Ashburn, Virginia
us-east5 US 39.96 -83 Columbus, Ohio
us-south1 US 32.78 -96.8 Dallas, Texas
us-west1 US 45.6 -121.18 The Dalles, Oregon
us-west2 US 34.05 -118.24 Los Angeles, California
us-west3 US 40.76 -111.89 Salt Lake City, Utah
us-west4 US 36.17 -115.14 Las Vegas, Nevada`

const CLOUDS: ReadonlyMap<string, ReadonlyMap<string, CloudRegion>> = new Map([
  ['aws', readRegions('aws', AWS)],
  ['gcp', readRegions('gcp', GCP)],
])

/** `aws`, `gcp`: the clouds we know. */
export const CLOUD_NAMES: readonly string[] = [...CLOUDS.keys()]

/** `cloudRegion('aws', 'us-east-1')`; undefined when there is no such region. */
export function cloudRegion(cloud: string, name: string): CloudRegion | undefined {
  return CLOUDS.get(cloud)?.get(name)
}

/** Every region's name, for a "did you mean"; empty for a cloud we do not know. */
export function cloudRegionNames(cloud: string): readonly string[] {
  return [...(CLOUDS.get(cloud)?.keys() ?? [])]
}

function readRegions(cloud: string, rows: string): ReadonlyMap<string, CloudRegion> {
  return new Map(
    rows
      .trim()
      .split('\n')
      .map(row => {
        const [name = '', country = '', latitude = '', longitude = '', ...city] = row.split(' ')
        const coordinates = { latitude: Number(latitude), longitude: Number(longitude) }
        return [name, { cloud, name, city: city.join(' '), country, ...coordinates }]
      }),
  )
}
