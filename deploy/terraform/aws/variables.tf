variable "zone" {
  description = "The name that is delegated: live.example.com."
  type        = string
}

variable "regions" {
  description = "Two regions, far enough apart to fail apart."
  type        = list(string)
  default     = ["eu-central-1", "us-east-1"]

  validation {
    condition     = length(var.regions) == 2
    error_message = "Two regions."
  }
}

variable "name" {
  description = "What everything is called."
  type        = string
  default     = "meridian"
}

variable "zones_dir" {
  description = "Folder of zone files, ORIGIN.zone each."
  type        = string
}

variable "package_url" {
  description = "Where instances fetch the Debian package."
  type        = string
}

variable "package_sha256" {
  description = "SHA-256 of the package."
  type        = string
}

variable "instance_type" {
  description = "Type of the instances."
  type        = string
  default     = "c7g.large"
}

variable "architecture" {
  description = "x86_64 or arm64, as the type is and the package was built for."
  type        = string
  default     = "arm64"
}

variable "size" {
  description = "Instances a region: at least, at most. Two at least, so that one may die."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 6 }
}

variable "cpu_percent" {
  description = "Mean CPU load at which instances are added."
  type        = number
  default     = 50
}

variable "cidrs" {
  description = "Addresses of the networks that are made, one a region."
  type        = list(string)
  default     = ["10.53.0.0/20", "10.53.16.0/20"]
}

variable "zone_count" {
  description = "Availability zones a region, each with a static address."
  type        = number
  default     = 2
}

variable "consul" {
  description = "A Consul agent beside each server, by region; {} for none."
  type = map(object({
    zip_url    = string
    zip_sha256 = string
    datacenter = string
    retry_join = list(string)
    gossip_key = optional(string, "")
  }))
  default   = {}
  sensitive = true
}

variable "consul_cidrs" {
  description = "Where other Consul agents are."
  type        = list(string)
  default     = []
}

variable "monitoring_cidrs" {
  description = "Who may scrape /metrics (with the token)."
  type        = list(string)
  default     = []
}

variable "settings" {
  description = "More settings of the servers, by variable: { MERIDIAN_HIDE_VERSION = \"true\" }."
  type        = map(string)
  default     = {}
}
