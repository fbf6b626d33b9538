/** Every check's name and what it looks at, in the order in which they are made: for the help, and for whoever makes
 *  them. Loads nothing. */

export const CHECK_ABOUTS = {
  node: 'the version of Node',
  native: 'whether koffi loads, for system calls in batches',
  reuseport: 'whether sockets may share a port',
  workers: 'workers against cores and the CPU quota',
  memory: 'memory to be had',
  files: 'how many files may be open (nofile)',
  clock: "whether it is kept (NTP), and agrees with Consul's",
  zones: 'whether the zones can be read, and have errors',
  watching: 'whether changed files are noticed (inotify)',
  state: 'whether the state folder can be written',
  geo: 'whether the geo data is sound, and how old',
  listen: 'whether the addresses can be had, and who has them',
  admin: 'whether the admin listener may be opened',
  reach: 'port 53, and addresses beyond loopback',
  ipv6: 'a public IPv6 address',
  buffers: 'socket buffers (net.core.rmem_max)',
  conntrack: 'whether the firewall tracks DNS queries',
  consul: 'whether it answers, has a leader, and lets our token see',
  server: 'whether a running server is of this version',
} as const

export type CheckName = keyof typeof CHECK_ABOUTS
