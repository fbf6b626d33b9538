/** What the directives of a zone mean: regions, sets of places, checks, policies, expectations, and the names
 *  that are answered by policy. Frozen values without methods, so that they can cross threads. Knows no text,
 *  no health and no geo database. */

import type { Address } from '../base/address.ts'

/** Where in which file something was written, for messages that point back at it. */
export interface Spot {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly width: number
}

export interface Steering {
  readonly regions: readonly Region[]
  readonly places: readonly NamedPlaces[]
  readonly checks: readonly Check[]
  readonly policies: readonly Policy[]
  readonly expectations: readonly Expectation[]
  /** `OWNER GSLB POLICY [TARGET]`, in file order. */
  readonly names: readonly SteeredName[]
  /** `REGION.NAME CONSUL SERVICE …`, in file order. */
  readonly services: readonly ConsulRecord[]
}

//------------ Regions and places ---

export interface Coordinates {
  /** Degrees north. */
  readonly latitude: number
  /** Degrees east. */
  readonly longitude: number
}

export interface Region {
  /** Its place in `Steering.regions`. */
  readonly index: number
  /** One lower-case DNS label: `euc1`. */
  readonly name: string
  /** `aws:eu-central-1`; absent for one's own racks. */
  readonly cloud?: { readonly provider: string; readonly region: string }
  readonly coordinates?: Coordinates
  /** ISO 3166-1 alpha-2, or an empty string when unknown. */
  readonly country: string
  /** ISO 3166-2 with its country, from `country=US-CA`; empty when unknown. */
  readonly subdivision: string
  /** GeoNames continent code; empty when unknown. */
  readonly continent: string
  /** The Consul datacenter: `consul=`, else `CLOUD-REGION`; absent for a region that has neither. */
  readonly datacenter?: string
  /** Clients (or any unit of one's own) it can carry. */
  readonly capacity?: number
  readonly spot: Spot
}

export interface PrefixLiteral {
  readonly family: 4 | 6
  /** 4 or 16, the host bits zero. */
  readonly octets: Uint8Array
  readonly bits: number
  /** As in the file, which is canonical: `203.0.113.0/24`. The key in `Client.prefixes`. */
  readonly text: string
}

/** One word of a list of places, `$PLACES` names already replaced by what they stand for. */
export type PlaceTerm =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'country'; readonly code: string }
  | { readonly kind: 'subdivision'; readonly code: string }
  | { readonly kind: 'continent'; readonly name: string; readonly code: string }
  | { readonly kind: 'legal'; readonly name: string; readonly countries: readonly string[] }
  | { readonly kind: 'network'; readonly asn: number }
  | { readonly kind: 'prefix'; readonly prefix: PrefixLiteral }

/** A union of terms, and the same sorted by kind so that a client is judged without walking the list. */
export interface PlaceSet {
  /** As written: `AU,NZ`. */
  readonly text: string
  readonly terms: readonly PlaceTerm[]
  readonly everywhere: boolean
  readonly countries: ReadonlySet<string>
  readonly subdivisions: ReadonlySet<string>
  readonly continents: ReadonlySet<string>
  readonly networks: ReadonlySet<number>
  /** By text. */
  readonly prefixes: ReadonlyMap<string, PrefixLiteral>
}

export interface NamedPlaces {
  readonly name: string
  readonly set: PlaceSet
  readonly spot: Spot
}

//------------ Checks ---

export const CHECK_KINDS = ['consul', 'http', 'https', 'tcp', 'tls', 'dns', 'grpc', 'push'] as const
export type CheckKind = (typeof CHECK_KINDS)[number]

/** What an answer must be to count as healthy. Empty fields ask for nothing. */
export interface CheckExpectation {
  /** Inclusive ranges of status codes: `200`, `200-299`. */
  readonly statuses: readonly { readonly from: number; readonly to: number }[]
  /** Must occur in the body (http, https) or banner (tcp, tls). */
  readonly text: string
  /** One of these must be in the answer (dns). */
  readonly addresses: readonly Address[]
}

export interface Check {
  readonly index: number
  readonly name: string
  readonly kind: CheckKind
  /** The service (consul, grpc), path (http, https) or name (dns); empty for tcp, tls and push. */
  readonly target: string
  /** 0 for kinds that ask no port. */
  readonly port: number
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Failures in a row that make it down, successes in a row that make it up. */
  readonly fall: number
  readonly rise: number
  readonly expect: CheckExpectation
  /** Host header, SNI or authority; empty means the steered name. */
  readonly host: string
  /** Consul service tag; empty for any. */
  readonly tag: string
  /** Share of a service's instances that must pass, 0 to 1. */
  readonly minPassing: number
  readonly spot: Spot
}

//------------ Policies ---

/** A region by its place in `Policy.regions`: 0, 1, … . What preferences, choices and boards speak in. */
export type Slot = number

/** `residency=FROM[:TO]`: clients in FROM are served by these regions and no other. */
export interface Fence {
  readonly from: PlaceSet
  /** TO as written; FROM when it was left out. */
  readonly toText: string
  /** The terms of TO that are places, and the slots it names outright: kept for the proof. */
  readonly toTerms: readonly PlaceTerm[]
  readonly toNamed: readonly Slot[]
  /** What TO comes to, ascending. */
  readonly slots: readonly Slot[]
  readonly spot: Spot
}

/** `reserve=PLACES`: these regions serve only clients there. */
export interface Reserve {
  readonly places: PlaceSet
  readonly slots: readonly Slot[]
  readonly spot: Spot
}

/** `route=PLACES:REGIONS`: these first, in this order, for clients there. */
export interface Route {
  readonly places: PlaceSet
  readonly slots: readonly Slot[]
  readonly spot: Spot
}

export type Order = 'nearest' | 'listed' | 'weighted' | 'hash'

export type Outage =
  | { readonly kind: 'in-fence' | 'last-good' | 'refuse' }
  | { readonly kind: 'sorry'; readonly addresses: readonly Address[] }

/** Who serves a client whose country is not known.
 *  `strict`: it may be anywhere, so every fence it could be in holds at once; if they leave nothing, refuse.
 *  `any`: only the fences it is certainly in.
 *  `listed`: these regions, in this order, within the fences it is certainly in.
 *  `default`: as strict as long as that leaves a region, else as `any` (and a warning at load). */
export type UnknownRule =
  | { readonly kind: 'default' | 'strict' | 'any' }
  | { readonly kind: 'listed'; readonly slots: readonly Slot[] }

export interface Policy {
  readonly index: number
  readonly name: string
  /** In the order of `regions=`, which breaks ties. */
  readonly regions: readonly Region[]
  /** All that match a client hold at once. */
  readonly fences: readonly Fence[]
  readonly reserves: readonly Reserve[]
  /** The first that matches a client holds. */
  readonly routes: readonly Route[]
  readonly order: Order
  /** By slot; 1 where nothing is said. */
  readonly weights: readonly number[]
  /** By slot, −99 to 99 percent; 0 where nothing is said. */
  readonly bias: readonly number[]
  readonly answers: number
  /** All must pass. */
  readonly checks: readonly Check[]
  /** Share of a region's addresses that must be up, 0 to 1; 0 asks for at least one. */
  readonly threshold: number
  /** How long a region that was out takes to have all its clients back; 0: at once. */
  readonly rampMs: number
  /** Share of the regions, 0 to 1, that one source of health alone may withdraw within a window; health's own
   *  default when left out. */
  readonly maxWithdraw?: number
  readonly outage: Outage
  readonly unknown: UnknownRule
  /** In seconds; absent when the records' own TTLs hold. */
  readonly ttl?: { readonly min: number; readonly max: number }
  /** Its name. */
  readonly spot: Spot
  /** Where these settings stand; the name's spot for those left out. */
  readonly orderSpot: Spot
  readonly outageSpot: Spot
  readonly unknownSpot: Spot
}

//------------ Names ---

export interface SteeredName {
  /** Into `Zone.owners`. */
  readonly owner: number
  /** Wire form, lower case. */
  readonly name: Uint8Array
  /** Into `Steering.policies`. */
  readonly policy: number
  /** TARGET in wire form, lower case; the owner's name when it was left out. */
  readonly target: Uint8Array
  readonly ttl: number | undefined
  /** By slot of the policy: the owner of `REGION.TARGET` in `Zone.owners`, or NO_OWNER. */
  readonly regionOwners: readonly number[]
  /** By slot: into `Steering.services` where a region's addresses follow Consul. Absent where none does. */
  readonly regionServices?: readonly (number | undefined)[]
  readonly spot: Spot
}

export type ConsulAddress = 'wan' | 'lan' | 'service'

export interface ConsulRecord {
  /** Into `Zone.owners`. */
  readonly owner: number
  /** Into `Steering.regions`: the first label of the owner. */
  readonly region: number
  /** `dc=`, else the region's. */
  readonly datacenter: string
  readonly service: string
  /** Empty for any. */
  readonly tag: string
  readonly address: ConsulAddress
  readonly ttl: number | undefined
  readonly spot: Spot
}

//------------ Expectations ---

export type ExpectFrom =
  | { readonly kind: 'address'; readonly address: Address; readonly text: string }
  | { readonly kind: 'places'; readonly set: PlaceSet; readonly text: string }

export type Outcome =
  | { readonly kind: 'regions'; readonly names: readonly string[] }
  | { readonly kind: 'addresses'; readonly addresses: readonly Address[] }
  | { readonly kind: 'rcode'; readonly name: string }

/** `$EXPECT OWNER from=… [down=…] [over=…] [type=…] -> OUTCOME`. */
export interface Expectation {
  /** Into `Steering.names`: the name that answers for OWNER, which may be a wildcard. */
  readonly name: number
  /** OWNER as written. */
  readonly ownerText: string
  readonly from: ExpectFrom
  /** Region names of the policy. */
  readonly down: readonly string[]
  readonly over: readonly string[]
  readonly type?: number
  readonly outcome: Outcome
  readonly spot: Spot
  /** What stands behind `->`. */
  readonly outcomeSpot: Spot
}
