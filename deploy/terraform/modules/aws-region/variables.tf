variable "name" {
  description = "What everything is called here."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network that is made for it; a /20 or larger."
  type        = string
}

variable "zone_count" {
  description = "How many availability zones; each gets a static address."
  type        = number
}

variable "instance_type" {
  description = "Type of the instances."
  type        = string
}

variable "architecture" {
  description = "x86_64 or arm64, as the type is and the package was built for."
  type        = string
}

variable "size" {
  description = "Instances: at least, at most."
  type        = object({ min = number, max = number })
}

variable "cpu_percent" {
  description = "Mean CPU load at which instances are added."
  type        = number
}

variable "instance_profile" {
  description = "IAM instance profile with which instances read the zones."
  type        = string
}

variable "script" {
  description = "Start script of an instance."
  type        = string
  sensitive   = true
}

variable "consul_cidrs" {
  description = "Where other Consul agents are."
  type        = list(string)
}

variable "monitoring_cidrs" {
  description = "Who may scrape /metrics (with the token)."
  type        = list(string)
}
