# One AWS region: a network, a network load balancer with a static address in each zone, and instances behind it that
# are replaced when /healthz says no. Clients' addresses are preserved: answers depend on them.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

locals {
  dns_port   = 53
  admin_port = 9353
  # Serf's gossip within a datacenter, over both protocols.
  consul_port = 8301
  everywhere  = "0.0.0.0/0"
}

data "aws_availability_zones" "here" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_ami" "debian" {
  most_recent = true
  # Debian's own account.
  owners = ["136693071363"]

  filter {
    name   = "name"
    values = ["debian-12-${var.architecture == "arm64" ? "arm64" : "amd64"}-*"]
  }

  filter {
    name   = "architecture"
    values = [var.architecture]
  }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  count             = var.zone_count
  vpc_id            = aws_vpc.this.id
  availability_zone = data.aws_availability_zones.here.names[count.index]
  cidr_block        = cidrsubnet(var.cidr, 4, count.index)
  tags              = { Name = "${var.name}-${count.index}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }

  route {
    cidr_block = local.everywhere
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table_association" "public" {
  count          = var.zone_count
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_security_group" "server" {
  name_prefix = "${var.name}-"
  description = "Meridian: DNS for everybody, the rest for few"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = var.name }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "dns" {
  for_each          = toset(["udp", "tcp"])
  security_group_id = aws_security_group.server.id
  description       = "DNS"
  ip_protocol       = each.key
  from_port         = local.dns_port
  to_port           = local.dns_port
  cidr_ipv4         = local.everywhere
}

# The load balancer asks from addresses of its own within the network.
resource "aws_vpc_security_group_ingress_rule" "admin" {
  for_each          = toset(concat([var.cidr], var.monitoring_cidrs))
  security_group_id = aws_security_group.server.id
  description       = "Health checks and metrics"
  ip_protocol       = "tcp"
  from_port         = local.admin_port
  to_port           = local.admin_port
  cidr_ipv4         = each.key
}

resource "aws_vpc_security_group_ingress_rule" "consul_tcp" {
  for_each          = toset(var.consul_cidrs)
  security_group_id = aws_security_group.server.id
  description       = "Consul gossip"
  ip_protocol       = "tcp"
  from_port         = local.consul_port
  to_port           = local.consul_port
  cidr_ipv4         = each.key
}

resource "aws_vpc_security_group_ingress_rule" "consul_udp" {
  for_each          = toset(var.consul_cidrs)
  security_group_id = aws_security_group.server.id
  description       = "Consul gossip"
  ip_protocol       = "udp"
  from_port         = local.consul_port
  to_port           = local.consul_port
  cidr_ipv4         = each.key
}

# Probes of regions, Consul's servers, the package, the zones.
resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.server.id
  description       = "Everything"
  ip_protocol       = "-1"
  cidr_ipv4         = local.everywhere
}

resource "aws_eip" "name_server" {
  count  = var.zone_count
  domain = "vpc"
  tags   = { Name = "${var.name}-${count.index}" }

  # The world knows these addresses by glue: they must not go by accident.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_lb" "dns" {
  name                             = var.name
  load_balancer_type               = "network"
  internal                         = false
  enable_cross_zone_load_balancing = true

  dynamic "subnet_mapping" {
    for_each = range(var.zone_count)
    content {
      subnet_id     = aws_subnet.public[subnet_mapping.value].id
      allocation_id = aws_eip.name_server[subnet_mapping.value].id
    }
  }
}

resource "aws_lb_target_group" "dns" {
  name                 = var.name
  port                 = local.dns_port
  protocol             = "TCP_UDP"
  target_type          = "instance"
  vpc_id               = aws_vpc.this.id
  preserve_client_ip   = true
  deregistration_delay = 30

  # Certificates are not verified by load balancers, and /healthz wants no token.
  health_check {
    protocol            = "HTTPS"
    port                = local.admin_port
    path                = "/healthz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "dns" {
  load_balancer_arn = aws_lb.dns.arn
  port              = local.dns_port
  protocol          = "TCP_UDP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.dns.arn
  }
}

resource "aws_launch_template" "server" {
  name_prefix   = "${var.name}-"
  image_id      = data.aws_ami.debian.id
  instance_type = var.instance_type
  user_data     = base64gzip(var.script)

  iam_instance_profile {
    name = var.instance_profile
  }

  network_interfaces {
    associate_public_ip_address = true
    security_groups             = [aws_security_group.server.id]
  }

  metadata_options {
    http_tokens = "required"
  }

  block_device_mappings {
    device_name = data.aws_ami.debian.root_device_name

    ebs {
      volume_size = 16
      volume_type = "gp3"
      encrypted   = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = var.name }
  }
}

resource "aws_autoscaling_group" "server" {
  name_prefix         = "${var.name}-"
  vpc_zone_identifier = aws_subnet.public[*].id
  min_size            = var.size.min
  max_size            = var.size.max
  target_group_arns   = [aws_lb_target_group.dns.arn]
  # What the load balancer finds sick is replaced.
  health_check_type         = "ELB"
  health_check_grace_period = 240

  launch_template {
    id      = aws_launch_template.server.id
    version = aws_launch_template.server.latest_version
  }

  # A new script or image takes over instance by instance.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
    }
  }

  tag {
    key                 = "Name"
    value               = var.name
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "${var.name}-cpu"
  autoscaling_group_name = aws_autoscaling_group.server.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = var.cpu_percent

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
