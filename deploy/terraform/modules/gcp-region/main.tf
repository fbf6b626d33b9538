# One GCP region: a static address, a passthrough load balancer behind it, and instances in every zone that are
# replaced when /healthz says no. Clients' addresses are preserved: answers depend on them.

terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.30"
    }
  }
}

locals {
  name       = "${var.name}-${var.region}"
  admin_port = 9353
}

resource "google_compute_subnetwork" "this" {
  name          = local.name
  region        = var.region
  network       = var.network
  ip_cidr_range = var.cidr
}

resource "google_compute_address" "name_server" {
  name         = local.name
  region       = var.region
  address_type = "EXTERNAL"

  # The world knows this address by glue: it must not go by accident.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_compute_instance_template" "server" {
  name_prefix  = "${local.name}-"
  region       = var.region
  machine_type = var.machine_type
  tags         = [var.tag]

  disk {
    source_image = var.image
    boot         = true
    auto_delete  = true
    disk_size_gb = 16
  }

  # An address of its own, for probes and for fetching what it needs; queries come through the load balancer.
  network_interface {
    subnetwork = google_compute_subnetwork.this.id

    access_config {}
  }

  metadata = {
    startup-script = var.script
    enable-oslogin = "TRUE"
  }

  service_account {
    email  = var.service_account
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_region_instance_group_manager" "server" {
  name               = local.name
  region             = var.region
  base_instance_name = local.name

  version {
    instance_template = google_compute_instance_template.server.id
  }

  auto_healing_policies {
    health_check      = var.autohealing_check
    initial_delay_sec = 240
  }

  # A new script or image takes over instance by instance, none taken away before.
  update_policy {
    type                  = "PROACTIVE"
    minimal_action        = "REPLACE"
    max_surge_fixed       = 3
    max_unavailable_fixed = 0
  }
}

resource "google_compute_region_autoscaler" "server" {
  name   = local.name
  region = var.region
  target = google_compute_region_instance_group_manager.server.id

  autoscaling_policy {
    min_replicas    = var.size.min
    max_replicas    = var.size.max
    cooldown_period = 240

    cpu_utilization {
      target = var.cpu_percent / 100
    }
  }
}

# Certificates are not verified by load balancers, and /healthz wants no token.
resource "google_compute_region_health_check" "serving" {
  name                = local.name
  region              = var.region
  check_interval_sec  = 5
  timeout_sec         = 5
  healthy_threshold   = 2
  unhealthy_threshold = 2

  https_health_check {
    port         = local.admin_port
    request_path = "/healthz"
  }
}

resource "google_compute_region_backend_service" "dns" {
  name                  = local.name
  region                = var.region
  load_balancing_scheme = "EXTERNAL"
  # UDP and TCP together.
  protocol                        = "UNSPECIFIED"
  session_affinity                = "NONE"
  connection_draining_timeout_sec = 30
  health_checks                   = [google_compute_region_health_check.serving.id]

  backend {
    group          = google_compute_region_instance_group_manager.server.instance_group
    balancing_mode = "CONNECTION"
  }
}

resource "google_compute_forwarding_rule" "dns" {
  name                  = local.name
  region                = var.region
  load_balancing_scheme = "EXTERNAL"
  ip_address            = google_compute_address.name_server.address
  ip_protocol           = "L3_DEFAULT"
  # The firewall lets port 53 through.
  all_ports       = true
  backend_service = google_compute_region_backend_service.dns.id
}
