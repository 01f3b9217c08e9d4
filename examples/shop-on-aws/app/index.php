<?php
// A shop's orders, small enough to read: PUT /orders/ID writes one, GET /orders/ID reads it, GET /orders lists all.
declare(strict_types=1);

/** How long a write waits for a database that moves its writer to another node, in seconds. */
const PATIENCE = 4.0;

function connect(string $host, string $port): PDO
{
    $dsn = sprintf('mysql:host=%s;port=%s;dbname=%s', $host, $port, getenv('DB_NAME'));
    $options = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 2];
    // Managed databases may insist on TLS. Their certificate has their name, which is not that of a proxy on this machine.
    if (getenv('DB_TLS') === 'required') {
        $options[PDO::MYSQL_ATTR_SSL_CA] = getenv('DB_TLS_CA') ?: '/etc/ssl/certs/ca-certificates.crt';
        $options[PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT] = $host !== '127.0.0.1';
    }
    return new PDO($dsn, getenv('DB_USER'), getenv('DB_PASSWORD'), $options);
}

function writer(): PDO
{
    return connect(getenv('DB_HOST'), getenv('DB_PORT'));
}

function reader(): PDO
{
    return connect(getenv('DB_READ_HOST') ?: getenv('DB_HOST'), getenv('DB_READ_PORT'));
}

/** Repeats work on the database until it succeeds. Only for work that may be done twice. */
function patiently(callable $work): mixed
{
    $deadline = microtime(true) + PATIENCE;
    while (true) {
        try {
            return $work();
        } catch (PDOException $problem) {
            if ($problem->getCode() === '42S02') {
                writer()->exec('CREATE TABLE IF NOT EXISTS orders (id CHAR(36) PRIMARY KEY, item TEXT NOT NULL)');
            } elseif (microtime(true) > $deadline) {
                throw $problem;
            } else {
                usleep(50_000);
            }
        }
    }
}

function answer(int $status, string $body): never
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    echo $body, "\n";
    exit;
}

function find(PDO $database, string $id): string|false
{
    $query = $database->prepare('SELECT item FROM orders WHERE id = ?');
    $query->execute([$id]);
    return $query->fetchColumn();
}

$method = $_SERVER['REQUEST_METHOD'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

// Asks only what this server can be blamed for. The database serves all servers: taking them out of the load balancer
// when it is away would turn a slow page into no page.
if ($path === '/health') {
    extension_loaded('pdo_mysql') ? answer(200, 'ok') : answer(503, 'pdo_mysql is missing');
}

try {
    if ($path === '/orders' && $method === 'GET') {
        $ids = patiently(fn () => writer()->query('SELECT id FROM orders')->fetchAll(PDO::FETCH_COLUMN));
        answer(200, implode("\n", $ids));
    }
    if (!preg_match('#^/orders/([0-9a-f-]{36})$#', $path, $match)) {
        answer($path === '/' ? 200 : 404, $path === '/' ? 'The shop is open.' : 'no such page');
    }
    $id = $match[1];
    if ($method === 'PUT') {
        $item = file_get_contents('php://input');
        // A load balancer may send a PUT twice; the second changes nothing.
        patiently(function () use ($id, $item): void {
            $insert = writer()->prepare('INSERT INTO orders (id, item) VALUES (?, ?) ON DUPLICATE KEY UPDATE item = VALUES(item)');
            $insert->execute([$id, $item]);
        });
        answer(201, "order $id is in");
    }
    if ($method === 'GET') {
        // Another node may be a moment behind the writer.
        $item = patiently(fn () => find(reader(), $id));
        $item = $item === false ? patiently(fn () => find(writer(), $id)) : $item;
        $item === false ? answer(404, 'no such order') : answer(200, $item);
    }
    answer(405, 'use GET or PUT');
} catch (PDOException $problem) {
    error_log($problem->getMessage());
    answer(503, 'the database is away, please try again');
}
