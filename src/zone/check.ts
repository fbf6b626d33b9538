/** (Being written.) What the records of a zone mean together. */
import { RrType } from '../wire/types.ts'
import { NO_RECORD } from './owners.ts'
import type { Parser } from './parse.ts'

export function checkZone(parser: Parser, apexOwner: number, _previousSerial?: number): number {
  const { owners, records, report } = parser
  let serial = 0
  let soas = 0
  for (let record = owners.firstRecord[apexOwner]!; record !== NO_RECORD; record = records.next[record]!) {
    if (records.type[record] !== RrType.SOA) continue
    soas++
    const end = records.rdataAt[record]! + records.rdataLength[record]!
    const { items } = records.rdata
    serial = new DataView(items.buffer, items.byteOffset).getUint32(end - 20)
  }
  if (soas !== 1 && !parser.ownerRefused && parser.refused.length === 0)
    report.addWhole(report.sources[0]?.path ?? '', {
      severity: 'error',
      code: soas === 0 ? 'no-soa' : 'many-soas',
      text: soas === 0 ? 'the zone has no SOA record at its apex' : 'the zone has more than one SOA record',
    })
  return serial
}
