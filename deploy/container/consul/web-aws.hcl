# The web service of this datacenter, and how Consul finds out whether it is up.
service {
  name = "web"
  port = 80

  check {
    name     = "answers"
    tcp      = "web-aws:80"
    interval = "2s"
    timeout  = "1s"
  }
}
