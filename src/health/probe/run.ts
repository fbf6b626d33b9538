/** One probe from start to end, whatever its kind. Knows no schedule and no verdicts. */

import { Attempt } from './attempt.ts'
import { probeDns } from './dns-probe.ts'
import { probeGrpc } from './grpc-probe.ts'
import { probeHttp, probeHttps } from './http-probe.ts'
import type { ProbeJob } from './job.ts'
import type { ProbeKind, ProbeOutcome } from './probe.ts'
import { probeTcp, probeTls } from './stream-probe.ts'
import type { CallOff, Timing } from './timing.ts'

const KINDS: Readonly<Record<ProbeKind, (attempt: Attempt, job: ProbeJob) => void>> = {
  http: probeHttp,
  https: probeHttps,
  tcp: probeTcp,
  tls: probeTls,
  dns: probeDns,
  grpc: probeGrpc,
}

/** Calls back once, when every socket of the probe is destroyed. Called off, it never does. */
export function runProbe(job: ProbeJob, timing: Timing, done: (outcome: ProbeOutcome) => void): CallOff {
  const attempt = new Attempt(timing, job.spec.timeoutMs, done)
  attempt.go(() => KINDS[job.spec.kind](attempt, job))
  return () => attempt.abandon()
}
