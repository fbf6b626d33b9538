# Name servers in two GCP regions: terraform apply -var project=… -var zone=live.example.com -var zones_dir=../../../zones …

terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.30"
    }
  }
}

provider "google" {
  project = var.project
}

locals {
  zone  = trimsuffix(var.zone, ".")
  files = fileset(var.zones_dir, "**")
  # From where Google's health checks and load balancers ask.
  health_checkers = ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"]
}

resource "google_compute_network" "this" {
  name                    = var.name
  auto_create_subnetworks = false
}

resource "google_compute_firewall" "dns" {
  name          = "${var.name}-dns"
  network       = google_compute_network.this.name
  source_ranges = ["0.0.0.0/0"]
  target_tags   = [var.name]

  allow {
    protocol = "udp"
    ports    = ["53"]
  }

  allow {
    protocol = "tcp"
    ports    = ["53"]
  }
}

resource "google_compute_firewall" "admin" {
  name          = "${var.name}-admin"
  network       = google_compute_network.this.name
  source_ranges = concat(local.health_checkers, var.monitoring_cidrs)
  target_tags   = [var.name]

  allow {
    protocol = "tcp"
    ports    = ["9353"]
  }
}

# Serf's gossip within a datacenter, over both protocols.
resource "google_compute_firewall" "consul" {
  count         = length(var.consul_cidrs) == 0 ? 0 : 1
  name          = "${var.name}-consul"
  network       = google_compute_network.this.name
  source_ranges = var.consul_cidrs
  target_tags   = [var.name]

  allow {
    protocol = "tcp"
    ports    = ["8301"]
  }

  allow {
    protocol = "udp"
    ports    = ["8301"]
  }
}

# The zone files, where every instance fetches them; and a user that may read them and nothing else.
resource "google_storage_bucket" "zones" {
  name                        = "${var.project}-${var.name}-zones"
  location                    = var.bucket_location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }
}

resource "google_storage_bucket_object" "zone" {
  for_each = local.files
  bucket   = google_storage_bucket.zones.name
  name     = "zones/${each.key}"
  source   = "${var.zones_dir}/${each.key}"
}

resource "google_service_account" "server" {
  account_id   = var.name
  display_name = "Meridian name servers"
}

resource "google_storage_bucket_iam_member" "read_zones" {
  bucket = google_storage_bucket.zones.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.server.email}"
}

# Slower than the load balancers' checks: an instance is taken out of service first, and replaced when that lasts.
resource "google_compute_health_check" "autohealing" {
  name                = "${var.name}-autohealing"
  check_interval_sec  = 10
  timeout_sec         = 5
  healthy_threshold   = 1
  unhealthy_threshold = 6

  https_health_check {
    port         = 9353
    request_path = "/healthz"
  }
}

module "node" {
  source         = "../modules/node"
  for_each       = var.regions
  package_url    = var.package_url
  package_sha256 = var.package_sha256
  sync_command   = "gcloud storage rsync --recursive --delete-unmatched-destination-objects gs://${google_storage_bucket.zones.name}/zones \"$ZONES\""
  consul         = lookup(var.consul, each.key, null)
  settings       = var.settings
}

module "region" {
  source            = "../modules/gcp-region"
  for_each          = var.regions
  name              = var.name
  region            = each.key
  network           = google_compute_network.this.id
  cidr              = each.value
  machine_type      = var.machine_type
  image             = var.image
  size              = var.size
  cpu_percent       = var.cpu_percent
  service_account   = google_service_account.server.email
  script            = module.node[each.key].script
  autohealing_check = google_compute_health_check.autohealing.id
  tag               = var.name
}
