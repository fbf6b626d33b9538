variable "name" {
  description = "What everything is called here."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "network" {
  description = "The network to be in."
  type        = string
}

variable "cidr" {
  description = "Addresses of the subnetwork that is made."
  type        = string
}

variable "machine_type" {
  description = "Type of the instances."
  type        = string
}

variable "image" {
  description = "Debian 12, of the type's architecture."
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

variable "service_account" {
  description = "As whom instances read the zones."
  type        = string
}

variable "script" {
  description = "Start script of an instance."
  type        = string
  sensitive   = true
}

variable "autohealing_check" {
  description = "Health check whose failures replace an instance."
  type        = string
}

variable "tag" {
  description = "Network tag, by which firewall rules know the instances."
  type        = string
}
