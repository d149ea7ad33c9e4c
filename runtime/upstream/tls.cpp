#include "upstream/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>

#include "upstream/make_client.hpp"

namespace patchbay::upstream {

namespace {

TlsSession::Transport& transport_of(BIO* bio) { return *static_cast<TlsSession::Transport*>(BIO_get_data(bio)); }

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const std::ptrdiff_t count = transport_of(bio).receive({into, static_cast<std::size_t>(size)});
  if (count == TlsSession::would_block) BIO_set_retry_read(bio);
  if (count == TlsSession::end) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return count >= 0 ? static_cast<int>(count) : -1;
}

int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const std::ptrdiff_t count = transport_of(bio).transmit({bytes, static_cast<std::size_t>(size)});
  if (count == TlsSession::would_block) BIO_set_retry_write(bio);
  return count > 0 ? static_cast<int>(count) : -1;
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

// One a process, as OpenSSL wants it; never freed, because sessions may live until exit.
const BIO_METHOD* transport_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "patchbay transport");
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    BIO_meth_set_create(made, bio_create);
    return made;
  }();
  return method;
}

std::string first_error() {
  const unsigned long code = ERR_peek_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "TLS failed" : text;
}

}  // namespace

TlsContext make_tls_context(const config::UpstreamSettings& settings) {
  const std::string& ca_file = settings.ca_file;
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) throw SetupError("cannot set up TLS: " + first_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  constexpr unsigned char alpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context.get(), alpn, sizeof alpn);
  if (ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context.get()) != 1)
      throw SetupError("cannot load the system's CA certificates (" + first_error() +
                       "): install ca-certificates, or set [upstream] ca_file");
  } else if (SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    throw SetupError("[upstream] ca_file: cannot read certificates from '" + ca_file + "' (" + first_error() +
                     "): it must be a readable PEM file with at least one CA certificate");
  }
  return context;
}

TlsSession::TlsSession(SSL_CTX* context, Transport& transport) : transport_(transport), ssl_(SSL_new(context)) {
  BIO* bio = ssl_ ? BIO_new(transport_method()) : nullptr;
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &transport_);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsSession::TlsSession(SSL_CTX* context, Transport& transport, const std::string& host) : TlsSession(context, transport) {
  SSL_set_connect_state(ssl_.get());
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // An IP address is compared with the certificate's addresses, and is not sent as server name (RFC 6066 section 3).
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) != 1) {
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    SSL_set1_host(ssl_.get(), host.c_str());
  }
  ERR_clear_error();
}

TlsSession::Status TlsSession::handshake() {
  ERR_clear_error();
  return judge(SSL_do_handshake(ssl_.get()));
}

TlsSession::Status TlsSession::read(std::span<char> into, std::size_t& count) {
  ERR_clear_error();
  return judge(SSL_read_ex(ssl_.get(), into.data(), into.size(), &count));
}

TlsSession::Status TlsSession::write(std::string_view bytes, std::size_t& count) {
  ERR_clear_error();
  return judge(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count));
}

void TlsSession::close() {
  if (!usable_ || !SSL_is_init_finished(ssl_.get())) return;
  usable_ = false;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

TlsSession::Status TlsSession::judge(int result) {
  if (result > 0) return Status::done;
  const int error = SSL_get_error(ssl_.get(), result);
  switch (error) {
    case SSL_ERROR_WANT_READ: return Status::wants_bytes;
    case SSL_ERROR_WANT_WRITE: return Status::wants_room;
    case SSL_ERROR_ZERO_RETURN: return Status::closed;
    default: break;
  }
  usable_ = false;  // no further call may touch the connection after a fatal error, not even SSL_shutdown
  reason_ = explain(error);
  return Status::failed;
}

std::string TlsSession::explain(int error) const {
  if (const long verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK) {
    std::string text = std::string("the server's certificate was refused: ") + X509_verify_cert_error_string(verdict);
    if (verdict != X509_V_ERR_HOSTNAME_MISMATCH && verdict != X509_V_ERR_IP_ADDRESS_MISMATCH && verdict != X509_V_ERR_CERT_HAS_EXPIRED)
      text += "; if the server is right, name its CA in [upstream] ca_file";
    return text;
  }
  if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return "the connection ended without TLS close_notify";
  return error == SSL_ERROR_SYSCALL ? "the connection broke" : first_error();
}

}  // namespace patchbay::upstream
