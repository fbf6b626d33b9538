output "addresses" {
  description = "The static address that answers on port 53, as a list of one."
  value       = [google_compute_address.name_server.address]
}
