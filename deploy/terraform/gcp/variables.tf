variable "project" {
  description = "The GCP project."
  type        = string
}

variable "zone" {
  description = "The name that is delegated: live.example.com."
  type        = string
}

variable "regions" {
  description = "Regions and the addresses of their subnetworks; two at least, far enough apart to fail apart."
  type        = map(string)
  default = {
    "europe-west3" = "10.54.0.0/20"
    "us-east4"     = "10.54.16.0/20"
  }

  validation {
    condition     = length(var.regions) >= 2
    error_message = "Two regions at least."
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

variable "bucket_location" {
  description = "Where the zone files are kept."
  type        = string
  default     = "EU"
}

variable "package_url" {
  description = "Where instances fetch the Debian package."
  type        = string
}

variable "package_sha256" {
  description = "SHA-256 of the package."
  type        = string
}

variable "machine_type" {
  description = "Type of the instances."
  type        = string
  default     = "c3-highcpu-4"
}

variable "image" {
  description = "Debian 12, of the type's architecture: debian-cloud/debian-12-arm64 for the other."
  type        = string
  default     = "debian-cloud/debian-12"
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
