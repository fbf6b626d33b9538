variable "package_url" {
  description = "Where the instances fetch the Debian package (npm run deb makes it): https://"
  type        = string

  validation {
    condition     = startswith(var.package_url, "https://")
    error_message = "The package must come over https://."
  }
}

variable "package_sha256" {
  description = "Its SHA-256; an instance that fetches anything else does not start."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.package_sha256))
    error_message = "64 hexadecimal digits, in small letters."
  }
}

variable "sync_packages" {
  description = "Debian packages that the sync command needs."
  type        = list(string)
  default     = []
}

variable "sync_command" {
  description = "Brings the zone files into the folder $ZONES; run every minute."
  type        = string
}

variable "consul" {
  description = "A Consul agent beside the server; null for none. The gossip key is readable to who may read the instance's start script."
  type = object({
    zip_url    = string
    zip_sha256 = string
    datacenter = string
    retry_join = list(string)
    gossip_key = optional(string, "")
  })
  default   = null
  sensitive = true
}

variable "settings" {
  description = "More settings of the server, by variable: { MERIDIAN_HIDE_VERSION = \"true\" }."
  type        = map(string)
  default     = {}
}
