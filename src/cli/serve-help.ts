/** The long part of `meridian serve --help`. */

export const SERVE_HELP = `
Zones: every file named ORIGIN.zone in the folder is one zone. A changed file is read again by itself, a
  new one is added, a removed one is no longer served. A zone with errors never replaces the version being
  served; one that never had a good version answers SERVFAIL. "meridian check" tells beforehand.

Settings: each flag is also a key of the config file and an environment variable; a flag beats a variable,
  a variable beats the file. --tcp-per-client 10 is MERIDIAN_TCP_PER_CLIENT=10 is

    tcp:
      per-client: 10

  in the file. TIME is a number with ms, s, m or h. Settings are read once, at the start.

Health: $CHECK lines of the zones are followed from the start: probes from this host, and Consul where --consul
  names an agent. "meridian health", "drain" and "force" reach a running server through its state folder.

Signals: SIGHUP reads and builds every zone anew; SIGTERM and SIGINT finish what is in flight and leave; a
  second one leaves at once.

Examples:
  meridian serve                                    ./zones on 127.0.0.1:5300 and [::1]:5300
  meridian serve --listen 0.0.0.0:53 --listen [::]:53 --zones /etc/meridian/zones
  meridian serve --config /etc/meridian/meridian.yaml
  meridian serve --consul http://127.0.0.1:8500     checks of kind consul are asked there
  dig @127.0.0.1 -p 5300 www.classroom.example      ask it

Exit codes: 0 stopped by a signal, 1 the config file is wrong, 2 the command is wrong, 3 cannot run here.
`
