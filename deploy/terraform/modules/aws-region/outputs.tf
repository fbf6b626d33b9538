output "addresses" {
  description = "Static addresses that answer on port 53."
  value       = aws_eip.name_server[*].public_ip
}
