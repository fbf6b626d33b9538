# What an instance does when it starts, on any cloud: a shell script for Debian 12. Needs no provider.

terraform {
  required_version = ">= 1.5"
}

locals {
  script = templatefile("${path.module}/start.sh.tftpl", {
    package_url    = var.package_url
    package_sha256 = var.package_sha256
    sync_packages  = var.sync_packages
    sync_command   = var.sync_command
    consul         = var.consul
    settings = merge(
      # Load balancers look from outside, so the admin listener is on every address, with TLS; without the token it
      # tells strangers nothing but whether it is well.
      {
        MERIDIAN_ADMIN            = "0.0.0.0:9353"
        MERIDIAN_ADMIN_TOKEN_FILE = "/etc/meridian/admin.token"
        MERIDIAN_ADMIN_CERT       = "/etc/meridian/admin.crt"
        MERIDIAN_ADMIN_KEY        = "/etc/meridian/admin.key"
      },
      var.consul == null ? {} : { MERIDIAN_CONSUL = "http://127.0.0.1:8500" },
      var.settings,
    )
  })
}
