/** Do others read our replies as we do? dns-packet and dns2 against our own strict reader, over the replies to a few
 *  hundred questions. Both read fewer types than we send, so what is compared is what they know. */

import { createHash } from 'node:crypto'
import { expect } from 'chai'
import dnsPacket, { type Answer } from 'dns-packet'
import { Packet } from 'dns2'
import { type Message, readMessage } from './message.ts'
import { nameKey, parseName, printName } from './name.ts'
import { printRdata } from './print.ts'
import { readQuestion, Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    @               MX   10 mail
    @               MX   20 mail.away.test.
    @               CAA  0 issue "ca.test"
    ns1             A    192.0.2.53
    ns1             AAAA 2001:db8::53
    mail            A    192.0.2.25
    www             A    192.0.2.1
    www             TXT  "one" "two"
    alias           CNAME www
    *.wild          A    192.0.2.2
    dn              DNAME wild
    cut             NS   ns.cut
    ns.cut          A    198.51.100.53
    _sip._tcp       SRV  1 2 5060 www
  `,
})

const QUESTIONS = ['', 'www.', 'alias.', 'x.wild.', 'x.dn.', 'host.cut.', '_sip._tcp.', 'nope.', 'mail.']
  .flatMap(owner =>
    ['A', 'AAAA', 'NS', 'SOA', 'MX', 'TXT', 'SRV', 'CAA', 'CNAME', 'ANY', 'DS'].map(
      type => `${owner}shop.test ${type}`,
    ),
  )
  .flatMap(question => [question, `${question} edns do option=3:`, `${question.replace('shop', 'SHOP')} rd`])

describe('our replies, as others read them', () => {
  it('dns-packet finds the same sections, owners and addresses', () => {
    for (const question of QUESTIONS) {
      const { ours, bytes } = ask(question)
      const theirs = dnsPacket.decode(Buffer.from(bytes))
      const sections = [theirs.answers ?? [], theirs.authorities ?? [], theirs.additionals ?? []]
      expect(sections.map(owners), question).to.deep.equal(sectionsOf(ours).map(ownersOf))
      expect(theirs.flag_aa, question).to.equal(ours.aa)
    }
  })

  it('dns2 finds the same counts and addresses, and no fault', () => {
    for (const question of QUESTIONS) {
      const { ours, bytes } = ask(question)
      const theirs = Packet.parse(Buffer.from(bytes))
      const addresses = theirs.answers.flatMap(rr => ('address' in rr && rr.type === 1 ? [rr.address] : []))
      const expected = ours.answer.filter(rr => rr.type === 1).map(rr => printRdata(1, rr.rdata))
      expect(theirs.answers, question).to.have.length(ours.answer.length)
      expect(theirs.authorities, question).to.have.length(ours.authority.length)
      expect(addresses, question).to.deep.equal(expected)
    }
  })

  it('questions come in enough shapes to mean something', () => {
    const shapes = QUESTIONS.map(question => createHash('sha1').update(ask(question).bytes).digest('hex'))
    expect(new Set(shapes).size).to.be.greaterThan(200)
  })
})

function ask(question: string): { ours: Message; bytes: Uint8Array } {
  const bytes = served.send(readQuestion(question).packet)!
  return { ours: readMessage(bytes), bytes }
}

function sectionsOf(message: Message): Message['answer'][] {
  return [message.answer, message.authority, message.additional]
}

function ownersOf(records: Message['answer']): string[] {
  return records.map(rr => printName(rr.owner).toLowerCase())
}

function owners(records: readonly Answer[]): string[] {
  const plain = records.filter(rr => rr.type !== 'OPT')
  return plain.map(rr => printName(parseName(rr.name)).toLowerCase() || nameKey([]))
}
